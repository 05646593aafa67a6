import { nowNs } from "../base/index.ts";
import {
  type CgroupStats,
  cgroupFacts,
  cgroupFoldersOf,
  cpuCount,
  isErrno,
  memoryTotal,
  readCgroupStats,
  systemCpuNs,
} from "../host/index.ts";
import { processGone } from "./errors.ts";
import { readNetworkCounters } from "./network-counters.ts";
import type { ProcessStats } from "./types.ts";

/** What the container whose first process is `pid` uses. Throws `conflict` when it has ended. */
export function readStats(id: string, pid: number): ProcessStats {
  const stats = readCgroupStats(cgroupFoldersOf(pid));
  if (stats === undefined) throw processGone(id);
  const { cpu, memory, pids } = stats;
  return {
    readAt: nowNs(),
    cpuTotal: cpu.usageNs,
    cpuUser: cpu.userNs,
    cpuKernel: cpu.systemNs,
    perCpu: cpu.perCpuNs,
    systemCpu: systemCpuNs().total,
    onlineCpus: cpuCount(),
    throttling: {
      periods: cpu.periods,
      throttledPeriods: cpu.throttledPeriods,
      throttledTime: cpu.throttledNs,
    },
    memoryUsage: memory.usage,
    memoryMaxUsage: memory.maxUsage,
    memoryLimit: Math.min(memory.limit ?? Number.POSITIVE_INFINITY, memoryTotal()),
    memoryStat: memory.stats,
    pids: pids.current,
    pidsLimit: pids.limit,
    blockIo: toBlockIo(stats),
    networks: networksOf(id, pid),
    cgroupVersion: cgroupFacts().version === 2 ? 2 : 1,
  };
}

function toBlockIo({ io }: CgroupStats): ProcessStats["blockIo"] {
  return io.serviceBytes.flatMap(({ major, minor, op, value }) =>
    op === "read" || op === "write" ? [{ major, minor, op, bytes: value }] : [],
  );
}

function networksOf(id: string, pid: number): ProcessStats["networks"] {
  try {
    return readNetworkCounters(pid);
  } catch (error) {
    if (isErrno(error, "ENOENT", "ESRCH", "EINVAL")) throw processGone(id);
    throw error;
  }
}
