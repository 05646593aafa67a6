import { describe, expect, test } from "bun:test";
import { type HostConfigOptions, toHostConfig } from "./host-config.ts";
import type { HostConfig } from "./types.ts";

const options: HostConfigOptions = {
  facts: {
    cgroup: "hybrid",
    thermalPaths: ["/sys/devices/system/cpu/cpu0/thermal_throttle"],
    blockWeight: true,
  },
  runtime: "runc",
  containerId: (name) => `id-of-${name}`,
};

function stored(asked: Partial<HostConfig>, cgroup: 1 | 2 | "hybrid" = "hybrid"): HostConfig {
  return toHostConfig(asked, { ...options, facts: { ...options.facts, cgroup } }).hostConfig;
}

test("a request that asks for nothing is stored with Docker's defaults", () => {
  expect(stored({})).toMatchObject({
    Binds: null,
    LogConfig: { Type: "json-file", Config: {} },
    NetworkMode: "bridge",
    PortBindings: {},
    RestartPolicy: { Name: "no", MaximumRetryCount: 0 },
    ConsoleSize: [0, 0],
    CapAdd: null,
    CgroupnsMode: "host",
    Dns: [],
    ExtraHosts: null,
    IpcMode: "private",
    SecurityOpt: null,
    ShmSize: 67_108_864,
    Runtime: "runc",
    MemorySwappiness: null,
    OomKillDisable: false,
    PidsLimit: null,
  });
  expect(stored({}).MaskedPaths?.at(-1)).toBe("/sys/devices/system/cpu/cpu0/thermal_throttle");
  expect(stored({}).ReadonlyPaths).toHaveLength(5);
  for (const absent of ["Mounts", "Init", "Sysctls", "Tmpfs", "Annotations", "StorageOpt"]) {
    expect(stored({})).not.toHaveProperty(absent);
  }
});

test("cgroup version 2 gives each container its own view of the tree and has no OOM switch", () => {
  expect(stored({}, 2)).toMatchObject({ CgroupnsMode: "private", OomKillDisable: null });
});

describe("special values", () => {
  const cases: [string, Partial<HostConfig>, Partial<HostConfig>][] = [
    ["memory doubles into swap", { Memory: 10_000_000 }, { MemorySwap: 20_000_000 }],
    ["unlimited swap stays", { Memory: 10_000_000, MemorySwap: -1 }, { MemorySwap: -1 }],
    ["swappiness -1 is none", { MemorySwappiness: -1 }, { MemorySwappiness: null }],
    ["a pids limit of 0 is none", { PidsLimit: 0 }, { PidsLimit: null }],
    ["a pids limit of -1 is none", { PidsLimit: -1 }, { PidsLimit: null }],
    ["the default network has a name", { NetworkMode: "default" }, { NetworkMode: "bridge" }],
    [
      "another container's network is by ID",
      { NetworkMode: "container:c" },
      { NetworkMode: "container:id-of-c" },
    ],
    ["another container's pids are by ID", { PidMode: "container:c" }, { PidMode: "container:id-of-c" }],
    [
      "privileged unmasks and unlabels",
      { Privileged: true },
      { MaskedPaths: null, ReadonlyPaths: null, SecurityOpt: ["label=disable"] },
    ],
    [
      "asked masks stay",
      { MaskedPaths: [], ReadonlyPaths: ["/x"] },
      { MaskedPaths: [], ReadonlyPaths: ["/x"] },
    ],
    [
      "the host's ipc unlabels",
      { IpcMode: "host", SecurityOpt: ["no-new-privileges"] },
      { SecurityOpt: ["no-new-privileges", "label=disable"] },
    ],
  ];
  test.each(cases)("%s", (_, asked, expected) => {
    expect(stored(asked)).toMatchObject(expected);
  });
});

test("what the kernel cannot do is left out with a warning", () => {
  const facts = { ...options.facts, cgroup: 2 as const, blockWeight: false };
  const { hostConfig, warnings } = toHostConfig(
    { BlkioWeight: 500, OomKillDisable: true, MemorySwappiness: 10 },
    { ...options, facts },
  );
  expect(hostConfig).toMatchObject({ BlkioWeight: 0, OomKillDisable: null, MemorySwappiness: null });
  expect(warnings.map((text) => text.split(" ").slice(5, 8).join(" "))).toEqual([
    "Block I/O weight",
    "memory swappiness capabilities",
    "OomKillDisable. OomKillDisable discarded.",
  ]);
});
