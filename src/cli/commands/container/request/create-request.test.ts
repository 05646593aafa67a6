import { expect, test } from "bun:test";
import { errorText } from "../../../../base/index.ts";
import type { CreateRequest } from "../../../../engine/index.ts";
import { parseFlags } from "../../../flags/parse-flags.ts";
import { createMemoryIo } from "../../../io/memory-io.ts";
import { CREATE_FLAGS } from "../flags/create-flags.ts";
import { toCreateRequest } from "./create-request.ts";

function request(...words: string[]): CreateRequest {
  const { values: flags, changed, args } = parseFlags(CREATE_FLAGS, words, { interspersed: false });
  return toCreateRequest({
    flags,
    changed,
    args,
    io: createMemoryIo({ env: { HOME: "/me" }, cwd: "/home/u" }),
  });
}

test("a plain request says as little as it can", () => {
  expect(request("debian")).toEqual({
    config: {
      Image: "debian",
      AttachStdin: false,
      AttachStdout: true,
      AttachStderr: true,
      Tty: false,
      OpenStdin: false,
      StdinOnce: false,
    },
    hostConfig: { NetworkMode: "default", RestartPolicy: { Name: "no", MaximumRetryCount: 0 } },
  });
});

test("words after the image are the command, whatever they look like", () => {
  const { config } = request("-it", "debian", "ls", "-a", "--", "-t");
  expect(config.Cmd).toEqual(["ls", "-a", "--", "-t"]);
  expect(config).toMatchObject({ Tty: true, OpenStdin: true, StdinOnce: true, AttachStdin: true });
});

test("each part of the config comes from its flag", () => {
  const { config } = request(
    ...["-h", "box", "--domainname", "d", "-u", "1:2", "-w", "/w", "-e", "A=1", "-e", "HOME", "-l", "x=y"],
    ...[
      "--entrypoint",
      "",
      "--stop-signal",
      "INT",
      "--stop-timeout",
      "0",
      "-v",
      "/anon",
      "--expose",
      "53/udp",
    ],
    ...["-p", "80:80", "--health-cmd", "true", "--health-interval", "5s", "i"],
  );
  expect(config).toMatchObject({
    Hostname: "box",
    Domainname: "d",
    User: "1:2",
    WorkingDir: "/w",
    Env: ["A=1", "HOME=/me"],
    Labels: { x: "y" },
    Entrypoint: [""],
    StopSignal: "INT",
    StopTimeout: 0,
    Volumes: { "/anon": {} },
    ExposedPorts: { "53/udp": {}, "80/tcp": {} },
    Healthcheck: { Test: ["CMD-SHELL", "true"], Interval: 5_000_000_000 },
  });
});

test("each part of the host config comes from its flag", () => {
  const { hostConfig, endpoints, name } = request(
    ...[
      "--name",
      "n",
      "--rm",
      "-v",
      "./x:/y:ro",
      "--mount",
      "type=bind,src=./m,dst=/m",
      "--tmpfs",
      "/t:size=1m",
    ],
    ...[
      "-m",
      "64m",
      "--memory-swap",
      "-1",
      "--cpus",
      "0.5",
      "--pids-limit",
      "9",
      "--cap-add",
      "ALL",
      "--init",
    ],
    ...["--ulimit", "nofile=1:2", "--sysctl", "net.a=1", "--device", "/dev/null:r", "--shm-size", "1m"],
    ...[
      "--security-opt",
      "systempaths=unconfined",
      "--log-opt",
      "max-size=1m",
      "--net",
      "mine",
      "--ip",
      "10.0.0.9",
      "-P",
    ],
    ...["--pid", "host", "--add-host", "a=1.2.3.4", "--memory-swappiness", "0", "--read-only", "i"],
  );
  expect(name).toBe("n");
  expect(endpoints).toEqual({ mine: { IPv4Address: "10.0.0.9" } });
  expect(hostConfig).toEqual({
    Memory: 64 * 2 ** 20,
    MemorySwap: -1,
    NanoCpus: 500_000_000,
    PidsLimit: 9,
    Ulimits: [{ Name: "nofile", Hard: 2, Soft: 1 }],
    Sysctls: { "net.a": "1" },
    Devices: [{ PathOnHost: "/dev/null", PathInContainer: "/dev/null", CgroupPermissions: "r" }],
    MemorySwappiness: 0,
    Binds: ["/home/u/x:/y:ro"],
    Mounts: [{ Type: "bind", Source: "/home/u/m", Target: "/m" }],
    Tmpfs: { "/t": "size=1m" },
    LogConfig: { Type: "", Config: { "max-size": "1m" } },
    NetworkMode: "mine",
    RestartPolicy: { Name: "no", MaximumRetryCount: 0 },
    AutoRemove: true,
    CapAdd: ["ALL"],
    ExtraHosts: ["a:1.2.3.4"],
    PidMode: "host",
    PublishAllPorts: true,
    ReadonlyRootfs: true,
    ShmSize: 2 ** 20,
    MaskedPaths: [],
    ReadonlyPaths: [],
    Init: true,
  });
});

test.each([
  [["--rm", "--restart", "always"], "conflicting options: cannot specify both --restart and --rm"],
  [["--no-healthcheck", "--health-cmd", "x"], "--no-healthcheck conflicts with --health-* options"],
  [["--health-retries", "-1"], "--health-retries cannot be negative"],
  [["--memory-swappiness", "101"], "invalid value: 101. Valid memory swappiness range is 0-100"],
  [["--use-api-socket"], "cannot use --use-api-socket: there is no API socket without a daemon"],
  [["--link", "a"], "cannot use --link: links are not supported; put both containers on one network"],
  [["--isolation", "hyperv"], 'cannot use --isolation hyperv: only "default" is known on Linux'],
  [["--cpu-count", "1"], "--cpu-count is for Windows containers only"],
  [["--env-file", "/nope"], "open /nope: no such file or directory"],
])("%p is refused", (words, message) => {
  let told = "";
  try {
    request(...words, "i");
  } catch (error) {
    told = errorText(error);
  }
  expect(told).toBe(message);
});
