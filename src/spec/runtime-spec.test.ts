import { describe, expect, test } from "bun:test";
import type { RuntimeSpec } from "../runtime/index.ts";
import { toRuntimeSpec } from "./runtime-spec.ts";
import { type Sample, sampleInput } from "./sample-input.ts";

function spec(sample: Sample = {}): RuntimeSpec {
  return toRuntimeSpec(sampleInput(sample));
}

test("a plain container is told to the runtime as Docker tells it", () => {
  const { mounts, linux, process, ...rest } = spec();
  expect(rest).toEqual({ ociVersion: "1.0.2", root: { path: "/rootfs" }, hostname: "9d4bf3bf8af7" });
  expect(process).toMatchObject({
    user: { uid: 0, gid: 0, additionalGids: [0] },
    args: ["/bin/sleep", "5"],
    env: [
      "PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin",
      "HOSTNAME=9d4bf3bf8af7",
      "HOME=/root",
    ],
    cwd: "/",
    oomScoreAdj: 0,
  });
  expect(process.capabilities?.bounding).toHaveLength(14);
  expect(process.capabilities).not.toHaveProperty("ambient");
  expect(mounts.map(({ destination }) => destination)).toEqual([
    "/proc",
    "/dev",
    "/dev/pts",
    "/sys",
    "/sys/fs/cgroup",
    "/dev/mqueue",
    "/dev/shm",
    "/etc/resolv.conf",
    "/etc/hostname",
    "/etc/hosts",
  ]);
  expect(linux.cgroupsPath).toBe(`/strake/${"9d4bf3bf8af7".padEnd(64, "0")}`);
  expect(linux.sysctl).toEqual({
    "net.ipv4.ip_unprivileged_port_start": "0",
    "net.ipv4.ping_group_range": "0 2147483647",
  });
  expect(linux.namespaces).toEqual([
    { type: "mount" },
    { type: "network", path: "/run/netns/n" },
    { type: "uts" },
    { type: "pid" },
    { type: "ipc" },
  ]);
  expect(linux.maskedPaths).toHaveLength(12);
  expect(linux.seccomp).toBeDefined();
  expect(Object.keys(linux.resources ?? {})).toEqual(["devices"]);
});

test("a privileged container has every capability and device and may write", () => {
  const { linux, mounts, process } = spec({
    hostConfig: { Privileged: true },
    input: { seccomp: undefined },
  });
  expect(process.capabilities?.effective).toEqual(["CAP_CHOWN", "CAP_SYS_ADMIN"]);
  expect(linux.devices?.map(({ path }) => path)).toEqual(["/dev/fuse", "/dev/vda"]);
  expect(linux.resources?.devices?.at(-1)).toEqual({ allow: true, access: "rwm" });
  expect(linux).not.toHaveProperty("seccomp");
  expect(linux).not.toHaveProperty("maskedPaths");
  expect(mounts.filter(({ options }) => options.includes("ro"))).toEqual([]);
});

describe("namespaces", () => {
  test("of the host are left out, and its hostname shows", () => {
    const { linux, hostname, process } = spec({
      hostConfig: { NetworkMode: "host", UTSMode: "host", PidMode: "host", IpcMode: "host" },
      input: { network: "host" },
    });
    expect(linux.namespaces).toEqual([{ type: "mount" }]);
    expect(linux.sysctl).toBeUndefined();
    expect(hostname).toBeUndefined();
    expect(process.env).toContain("HOSTNAME=vm");
  });

  test("of another container are joined by its process", () => {
    const { linux, mounts, hostname } = spec({
      hostConfig: { NetworkMode: "container:o", PidMode: "container:o", IpcMode: "container:o" },
      input: { joined: { pid: 7, ipc: 8 }, network: { path: "/n" }, shmPath: "/o/shm", hostname: "other" },
    });
    expect(linux.namespaces.slice(1)).toEqual([
      { type: "network", path: "/n" },
      { type: "uts" },
      { type: "pid", path: "/proc/7/ns/pid" },
      { type: "ipc", path: "/proc/8/ns/ipc" },
    ]);
    expect(linux.sysctl).toBeUndefined();
    expect(hostname).toBe("other");
    expect(mounts.find(({ destination }) => destination === "/dev/shm")).toMatchObject({
      type: "bind",
      source: "/o/shm",
    });
  });

  test("of the cgroup tree are new when private", () => {
    expect(spec({ hostConfig: { CgroupnsMode: "private" } }).linux.namespaces).toContainEqual({
      type: "cgroup",
    });
  });
});

test("limits become resources", () => {
  const { linux } = spec({
    hostConfig: {
      Memory: 64_000_000,
      MemoryReservation: 7_000_000,
      MemorySwappiness: 10,
      OomKillDisable: true,
      NanoCpus: 1_500_000_000,
      CpuShares: 5,
      CpusetCpus: "0",
      PidsLimit: 50,
      BlkioWeight: 300,
      BlkioDeviceReadBps: [{ Path: "/dev/vda", Rate: 1000 }],
      CgroupParent: "foo/",
    },
  });
  const { devices: _, ...limits } = linux.resources ?? {};
  expect(limits).toEqual({
    memory: {
      limit: 64_000_000,
      reservation: 7_000_000,
      swap: 128_000_000,
      swappiness: 10,
      disableOOMKiller: true,
    },
    cpu: { shares: 5, quota: 150_000, period: 100_000, cpus: "0" },
    pids: { limit: 50 },
    blockIO: { weight: 300, throttleReadBpsDevice: [{ major: 254, minor: 0, rate: 1000 }] },
  });
  expect(linux.cgroupsPath).toStartWith("/foo/9d4bf3bf8af7");
});

test("an unlimited ulimit is written as the exact largest number", () => {
  const { process } = spec({ hostConfig: { Ulimits: [{ Name: "core", Soft: -1, Hard: -1 }] } });
  expect(JSON.stringify(process.rlimits)).toBe(
    '[{"type":"RLIMIT_CORE","hard":18446744073709551615,"soft":18446744073709551615}]',
  );
});

describe("devices", () => {
  test("are given with the permissions asked for", () => {
    const { linux } = spec({
      hostConfig: {
        Devices: [{ PathOnHost: "/dev/fuse", PathInContainer: "/dev/x", CgroupPermissions: "rw" }],
        DeviceCgroupRules: ["c 1:3 rwm", "b 8:* r"],
      },
    });
    expect(linux.devices).toMatchObject([{ path: "/dev/x", major: 10, minor: 229 }]);
    expect(linux.resources?.devices?.slice(-3)).toEqual([
      { allow: true, type: "c", major: 10, minor: 229, access: "rw" },
      { allow: true, type: "c", major: 1, minor: 3, access: "rwm" },
      { allow: true, type: "b", major: 8, access: "r" },
    ]);
  });

  const missing: [string, string][] = [
    [
      "/nope",
      'error gathering device information while adding custom device "/nope": no such file or directory',
    ],
    ["/etc", 'error gathering device information while adding custom device "/etc": not a device node'],
  ];
  test.each(missing)("%s is refused", (path, message) => {
    const Devices = [{ PathOnHost: path, PathInContainer: "/dev/x", CgroupPermissions: "rwm" }];
    expect(() => spec({ hostConfig: { Devices } })).toThrow(message);
  });
});

test("--init puts the host's init before the command, and says what to install when there is none", () => {
  const { process, mounts } = spec({ hostConfig: { Init: true } });
  expect(process.args).toEqual(["/sbin/docker-init", "--", "/bin/sleep", "5"]);
  expect(mounts).toContainEqual({
    destination: "/sbin/docker-init",
    type: "bind",
    source: "/usr/bin/tini-static",
    options: ["bind", "ro"],
  });
  const facts = { ...sampleInput().facts, initPath: undefined };
  expect(() => spec({ hostConfig: { Init: true }, input: { facts } })).toThrow("docker-init");
});

test("a domain name, sysctls, annotations and security options are passed on", () => {
  const made = spec({
    config: { Domainname: "dom" },
    hostConfig: {
      Sysctls: { "net.ipv4.ip_unprivileged_port_start": "80" },
      Annotations: { a: "b" },
      SecurityOpt: ["no-new-privileges:true", "writable-cgroups=true"],
    },
  });
  expect(made.linux.sysctl).toEqual({
    "kernel.domainname": "dom",
    "net.ipv4.ip_unprivileged_port_start": "80",
    "net.ipv4.ping_group_range": "0 2147483647",
  });
  expect(made.annotations).toEqual({ a: "b" });
  expect(made.process.noNewPrivileges).toBe(true);
  expect(made.mounts.find(({ type }) => type === "cgroup")?.options).not.toContain("ro");
});
