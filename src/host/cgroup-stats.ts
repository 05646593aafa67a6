import { type DeviceCounter, readControl, readDeviceCounters, readNumber, readTable } from "./cgroup-file.ts";

/** What one cgroup has used. Numbers that the kernel does not keep are 0 or missing. */
export interface CgroupStats {
  readonly cpu: {
    readonly usageNs: number;
    readonly userNs: number;
    readonly systemNs: number;
    /** Version 1 only. */
    readonly perCpuNs?: readonly number[];
    readonly periods: number;
    readonly throttledPeriods: number;
    readonly throttledNs: number;
  };
  readonly memory: {
    /** Bytes, page cache included. */
    readonly usage: number;
    readonly maxUsage?: number;
    /** Bytes; missing when there is no limit. */
    readonly limit?: number;
    /** Version 1 only. */
    readonly failures?: number;
    /** The kernel's `memory.stat`. */
    readonly stats: Readonly<Record<string, number>>;
  };
  readonly pids: { readonly current: number; readonly limit?: number };
  readonly io: {
    readonly serviceBytes: readonly DeviceCounter[];
    readonly serviced: readonly DeviceCounter[];
  };
}

type Folders = ReadonlyMap<string, string>;

/** Reads the numbers of the cgroup whose folders by controller are given (`cgroupFolders`, `cgroupFoldersOf`); undefined when it is gone. */
export function readCgroupStats(folders: Folders): CgroupStats | undefined {
  const unified = folders.get("");
  const alive = readControl(unified ?? folders.get("memory") ?? folders.get("pids"), "cgroup.procs");
  if (alive === undefined) return undefined;
  return unified === undefined ? readLegacy(folders) : readUnified(unified);
}

/** How many times the kernel has killed a process of this cgroup for want of memory. */
export function readOomKills(folders: Folders): number {
  const unified = folders.get("");
  const table =
    unified === undefined
      ? readTable(folders.get("memory"), "memory.oom_control")
      : readTable(unified, "memory.events");
  return table.oom_kill ?? 0;
}

function readUnified(folder: string): CgroupStats {
  const cpu = readTable(folder, "cpu.stat");
  const us = (name: string): number => (cpu[name] ?? 0) * 1000;
  const [serviceBytes, serviced] = readUnifiedIo(folder);
  return {
    cpu: {
      usageNs: us("usage_usec"),
      userNs: us("user_usec"),
      systemNs: us("system_usec"),
      periods: cpu.nr_periods ?? 0,
      throttledPeriods: cpu.nr_throttled ?? 0,
      throttledNs: us("throttled_usec"),
    },
    memory: {
      usage: readNumber(folder, "memory.current") ?? 0,
      ...optional("maxUsage", readNumber(folder, "memory.peak")),
      ...optional("limit", readNumber(folder, "memory.max")),
      stats: readTable(folder, "memory.stat"),
    },
    pids: {
      current: readNumber(folder, "pids.current") ?? 0,
      ...optional("limit", readNumber(folder, "pids.max")),
    },
    io: { serviceBytes, serviced },
  };
}

function readUnifiedIo(folder: string): [DeviceCounter[], DeviceCounter[]] {
  const bytes: DeviceCounter[] = [];
  const operations: DeviceCounter[] = [];
  for (const line of (readControl(folder, "io.stat") ?? "").split("\n")) {
    const [device = "", ...fields] = line.split(" ");
    const [major, minor] = device.split(":").map(Number);
    if (major === undefined || minor === undefined) continue;
    for (const field of fields) {
      const [key = "", value = "0"] = field.split("=");
      const op = key.startsWith("r") ? "read" : "write";
      if (key === "rbytes" || key === "wbytes") bytes.push({ major, minor, op, value: Number(value) });
      if (key === "rios" || key === "wios") operations.push({ major, minor, op, value: Number(value) });
    }
  }
  return [bytes, operations];
}

// A version 1 limit that nobody set reads as the largest multiple of the page size.
const NO_LIMIT = 2 ** 62;

function readLegacy(folders: Folders): CgroupStats {
  const [cpuacct, cpu, memory] = [folders.get("cpuacct"), folders.get("cpu"), folders.get("memory")];
  const throttling = readTable(cpu, "cpu.stat");
  const ticks = readTable(cpuacct, "cpuacct.stat");
  const perCpu = (readControl(cpuacct, "cpuacct.usage_percpu") ?? "")
    .split(" ")
    .filter((text) => text !== "");
  const limit = readNumber(memory, "memory.limit_in_bytes");
  return {
    cpu: {
      usageNs: readNumber(cpuacct, "cpuacct.usage") ?? 0,
      userNs: (ticks.user ?? 0) * NS_PER_TICK,
      systemNs: (ticks.system ?? 0) * NS_PER_TICK,
      perCpuNs: perCpu.map(Number),
      periods: throttling.nr_periods ?? 0,
      throttledPeriods: throttling.nr_throttled ?? 0,
      throttledNs: throttling.throttled_time ?? 0,
    },
    memory: {
      usage: readNumber(memory, "memory.usage_in_bytes") ?? 0,
      ...optional("maxUsage", readNumber(memory, "memory.max_usage_in_bytes")),
      ...optional("limit", limit !== undefined && limit < NO_LIMIT ? limit : undefined),
      ...optional("failures", readNumber(memory, "memory.failcnt")),
      stats: readTable(memory, "memory.stat"),
    },
    pids: {
      current: readNumber(folders.get("pids"), "pids.current") ?? 0,
      ...optional("limit", readNumber(folders.get("pids"), "pids.max")),
    },
    io: readLegacyIo(folders.get("blkio")),
  };
}

// USER_HZ is 100 on x64 and arm64.
const NS_PER_TICK = 10_000_000;

function readLegacyIo(folder: string | undefined): CgroupStats["io"] {
  const serviceBytes = readDeviceCounters(folder, "blkio.throttle.io_service_bytes_recursive");
  return { serviceBytes, serviced: readDeviceCounters(folder, "blkio.throttle.io_serviced_recursive") };
}

function optional<Key extends string>(key: Key, value: number | undefined): { readonly [K in Key]?: number } {
  return (value === undefined ? {} : { [key]: value }) as { readonly [K in Key]?: number };
}
