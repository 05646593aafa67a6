import { describe, expect, test } from "bun:test";
import type { ContainerConfig, HostConfig } from "../../spec/index.ts";
import { validateCreate } from "./validate-create.ts";

const facts = { cpus: 2, onlineCpus: "0-1", memoryNodes: "0", appArmor: false };

function refuse(config: Partial<ContainerConfig>, hostConfig: Partial<HostConfig>, name?: string): string {
  try {
    validateCreate({ config, hostConfig, ...(name === undefined ? {} : { name }) }, facts);
  } catch (error) {
    return error instanceof Error ? error.message : String(error);
  }
  return "accepted";
}

const HOST_CASES: [Partial<HostConfig>, string][] = [
  [{ Memory: 1000 }, "Minimum memory limit allowed is 6MB"],
  [
    { Memory: 10_000_000, MemorySwap: 5_000_000 },
    "Minimum memoryswap limit should be larger than memory limit, see usage",
  ],
  [
    { MemorySwap: 5_000_000 },
    "You should always set the Memory limit when using Memoryswap limit, see usage",
  ],
  [{ MemoryReservation: 1000 }, "Minimum memory reservation allowed is 6MB"],
  [
    { Memory: 10_000_000, MemoryReservation: 20_000_000 },
    "Minimum memory limit can not be less than memory reservation limit, see usage",
  ],
  [{ MemorySwappiness: 101 }, "Invalid value: 101, valid memory swappiness range is 0-100"],
  [{ NanoCpus: 5e9 }, "range of CPUs is from 0.01 to 2.00, as there are only 2 CPUs available"],
  [{ NanoCpus: 1e9, CpuPeriod: 1000 }, "Conflicting options: Nano CPUs and CPU Period cannot both be set"],
  [{ NanoCpus: 1e9, CpuQuota: 1000 }, "Conflicting options: Nano CPUs and CPU Quota cannot both be set"],
  [{ CpuPeriod: 10 }, "CPU cfs period can not be less than 1ms (i.e. 1000) or larger than 1s (i.e. 1000000)"],
  [{ CpuQuota: 10 }, "CPU cfs quota can not be less than 1ms (i.e. 1000)"],
  [{ CpuShares: -1 }, "invalid CPU shares (-1): value must be a positive integer"],
  [{ CpusetCpus: "9" }, "Requested CPUs are not available - requested 9, available: 0-1"],
  [{ CpusetCpus: "a" }, "Invalid value a for cpuset cpus: invalid format: a"],
  [{ CpusetMems: "7" }, "Requested memory nodes are not available - requested 7, available: 0"],
  [{ ShmSize: -1 }, "SHM size can not be less than 0"],
  [{ OomScoreAdj: 2000 }, "Invalid value 2000, range for oom score adj is [-1000, 1000]"],
  [{ Sysctls: { "kernel.foo": "1" } }, 'sysctl "kernel.foo" is not in a separate kernel namespace'],
  [
    { Sysctls: { "net.x": "1" }, NetworkMode: "host" },
    'sysctl "net.x" not allowed in host network namespace',
  ],
  [{ Ulimits: [{ Name: "foo", Soft: 1, Hard: 2 }] }, "invalid ulimit type: foo"],
  [
    { Ulimits: [{ Name: "nofile", Soft: 3, Hard: 2 }] },
    "ulimit soft limit must be less than or equal to hard limit: 3 > 2",
  ],
  [
    { RestartPolicy: { Name: "always", MaximumRetryCount: 0 }, AutoRemove: true },
    "can't create 'AutoRemove' container with restart policy",
  ],
  [
    { RestartPolicy: { Name: "always", MaximumRetryCount: 3 } },
    "invalid restart policy: maximum retry count can only be used with 'on-failure'",
  ],
  [
    { RestartPolicy: { Name: "on-failure", MaximumRetryCount: -3 } },
    "invalid restart policy: maximum retry count cannot be negative",
  ],
  [{ CapAdd: ["FOO"] }, 'invalid CapAdd: unknown capability: "CAP_FOO"'],
  [{ LogConfig: { Type: "foo", Config: {} } }, 'error looking up logging plugin foo: plugin "foo" not found'],
  [{ LogConfig: { Type: "syslog", Config: {} } }, 'log driver "syslog" is not supported'],
  [
    { LogConfig: { Type: "json-file", Config: { foo: "1" } } },
    "unknown log opt 'foo' for json-file log driver",
  ],
  [{ LogConfig: { Type: "local", Config: { tag: "1" } } }, "unknown log opt 'tag' for log driver local"],
  [{ LogConfig: { Type: "json-file", Config: { mode: "foo" } } }, "logger: logging mode not supported: foo"],
  [
    { LogConfig: { Type: "json-file", Config: { mode: "non-blocking" } } },
    'logger: the log option "mode=non-blocking" is not supported',
  ],
  [
    { LogConfig: { Type: "json-file", Config: { compress: "1", "max-size": "1m", "max-file": "2" } } },
    'the log option "compress=true" is not supported',
  ],
  [
    { LogConfig: { Type: "json-file", Config: { "max-size": "-1" } } },
    "failed to create task for container: failed to initialize logging driver: invalid size: '-1'",
  ],
  [{ PortBindings: { "x/tcp": [] } }, 'invalid port specification: "x"'],
  [{ PortBindings: { "80/foo": [] } }, "invalid proto: foo"],
  [
    { PortBindings: { "80/tcp": [{ HostIp: "", HostPort: "12-10" }] } },
    'invalid port specification: "12-10"',
  ],
  [{ PortBindings: { "99999/tcp": [] } }, 'invalid port specification: "99999"'],
  [{ ExtraHosts: ["x"] }, 'bad format for add-host: "x"'],
  [{ ExtraHosts: ["a:zz"] }, 'invalid IP address in add-host: "zz"'],
  [{ NetworkMode: "container:" }, "invalid network mode: invalid container format container:<name|id>"],
  [{ NetworkMode: "container:c", Dns: ["1.1.1.1"] }, "conflicting options: dns and the network mode"],
  [
    { NetworkMode: "container:c", PublishAllPorts: true },
    "conflicting options: port publishing and the container type network mode",
  ],
  [
    { NetworkMode: "host", Links: ["a:b"] },
    "conflicting options: host type networking can't be used with links. This would result in undefined behavior",
  ],
  [{ IpcMode: "foo" }, "invalid IPC mode: foo"],
  [{ PidMode: "container:" }, "invalid PID mode: container:"],
  [{ UTSMode: "foo" }, "invalid UTS mode: foo"],
  [{ UsernsMode: "keep" }, 'user namespace mode "keep" is not supported'],
  [{ SecurityOpt: ["foo=bar"] }, 'invalid --security-opt 2: "foo=bar"'],
  [{ SecurityOpt: ["foo"] }, 'invalid --security-opt 1: "foo"'],
  [{ SecurityOpt: ["no-new-privileges:foo"] }, 'invalid --security-opt 2: "no-new-privileges:foo"'],
  [
    { SecurityOpt: ["apparmor=p"] },
    'AppArmor profile "p" cannot be used: AppArmor is not enabled on this host',
  ],
  [{ DeviceCgroupRules: ["x"] }, "invalid device cgroup rule format: 'x'"],
  [{ StorageOpt: { foo: "1" } }, "Unknown option foo"],
  [
    { Annotations: { "": "x" } },
    "invalid Annotations: the empty string is not permitted as an annotation key",
  ],
  [{ Tmpfs: { x: "" } }, "invalid mount path: 'x' mount path must be absolute"],
  [{ Tmpfs: { "/x": "foo" } }, 'invalid tmpfs option "foo"'],
];

describe("a request to the host that cannot be met", () => {
  test.each(HOST_CASES)("%j is refused", (hostConfig, message) => {
    expect(refuse({}, hostConfig)).toBe(message);
  });
});

const CONFIG_CASES: [Partial<ContainerConfig>, string][] = [
  [{ WorkingDir: "x" }, "the working directory 'x' is invalid, it needs to be an absolute path"],
  [{ Env: ["=x"] }, "invalid environment variable: =x"],
  [{ StopSignal: "FOO" }, "invalid signal: FOO"],
  [{ Healthcheck: { Test: ["CMD"], Interval: 5 } }, "Interval in Healthcheck cannot be less than 1ms"],
  [{ Healthcheck: { Retries: -5 } }, "Retries in Healthcheck cannot be negative"],
  [{ ExposedPorts: { "80/foo": {} } }, "invalid proto: foo"],
];

describe("a config that cannot be run", () => {
  test.each(CONFIG_CASES)("%j is refused", (config, message) => {
    expect(refuse(config, {})).toBe(message);
  });

  test("a hostname longer than the kernel takes is refused", () => {
    expect(refuse({ Hostname: "a".repeat(65) }, {})).toContain("more than 64 characters");
    expect(refuse({ Hostname: "a".repeat(64) }, {})).toBe("accepted");
  });

  test("a hostname cannot be set in another's network or in the host's UTS namespace", () => {
    expect(refuse({ Hostname: "x" }, { NetworkMode: "container:c" })).toBe(
      "conflicting options: hostname and the network mode",
    );
    expect(refuse({ Hostname: "x" }, { UTSMode: "host" })).toBe(
      "conflicting options: hostname and the UTS mode",
    );
  });
});

describe("the name of a container", () => {
  test.each(["a b", "a", "-abc", "a/b"])("%s is refused", (name) => {
    expect(refuse({}, {}, name)).toBe(
      `Invalid container name (${name}), only [a-zA-Z0-9][a-zA-Z0-9_.-] are allowed`,
    );
  });

  test("may have a leading slash", () => {
    expect(refuse({}, {}, "/abc")).toBe("accepted");
  });
});

test("a large reasonable request is accepted", () => {
  const asked: Partial<HostConfig> = {
    Memory: 64_000_000,
    NanoCpus: 1_500_000_000,
    CpusetCpus: "0-1",
    RestartPolicy: { Name: "on-failure", MaximumRetryCount: 3 },
    LogConfig: {
      Type: "json-file",
      Config: { "max-size": "10m", "max-file": "3", compress: "false", tag: "x" },
    },
    PortBindings: { "80/tcp": [{ HostIp: "127.0.0.1", HostPort: "8000-8010" }] },
    ExtraHosts: ["a:1.2.3.4", "b:host-gateway", "c:::1"],
    SecurityOpt: ["no-new-privileges:true", "seccomp=unconfined", "label=disable"],
    Sysctls: { "net.ipv4.ip_forward": "1", "kernel.shmmax": "1" },
    Ulimits: [{ Name: "core", Soft: -1, Hard: -1 }],
    DeviceCgroupRules: ["c 1:3 rwm", "a *:* r"],
    Tmpfs: { "/run": "size=64m,exec" },
  };
  expect(refuse({ Healthcheck: { Test: ["NONE"] }, StopSignal: "SIGINT" }, asked)).toBe("accepted");
});
