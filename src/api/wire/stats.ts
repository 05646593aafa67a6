import { formatTime } from "../../base/index.ts";
import type { ContainerRecord, ProcessStats } from "../../engine/index.ts";
import { type GoValue, goTyped } from "../../template/index.ts";
import { statsType } from "./process-type.ts";

/** Two readings of one container; `undefined` stands for "does not run". */
export interface StatsReading {
  readonly record: Pick<ContainerRecord, "id" | "name">;
  readonly stats: ProcessStats | undefined;
  /** The reading before, for rates. */
  readonly previous?: ProcessStats | undefined;
}

/** An item of `GET /containers/{id}/stats`. A container that does not run has zero everywhere. */
export function toStats({ record, stats, previous }: StatsReading): GoValue {
  return goTyped(statsType, {
    name: `/${record.name}`,
    id: record.id,
    ...(stats === undefined ? {} : toCounters(stats, previous)),
  });
}

function toCounters(
  stats: ProcessStats,
  previous: ProcessStats | undefined,
): Readonly<Record<string, unknown>> {
  return {
    read: formatTime(stats.readAt),
    preread: previous === undefined ? undefined : formatTime(previous.readAt),
    pids_stats: { current: stats.pids, limit: stats.pidsLimit },
    blkio_stats: toBlockIo(stats),
    cpu_stats: toCpu(stats),
    precpu_stats: previous === undefined ? undefined : toCpu(previous),
    memory_stats: {
      usage: stats.memoryUsage,
      max_usage: stats.memoryMaxUsage,
      stats: stats.memoryStat,
      limit: stats.memoryLimit,
    },
    networks: toNetworkCounters(stats),
  };
}

function toCpu(stats: ProcessStats): Readonly<Record<string, unknown>> {
  return {
    cpu_usage: {
      total_usage: stats.cpuTotal,
      percpu_usage: stats.perCpu,
      usage_in_kernelmode: stats.cpuKernel,
      usage_in_usermode: stats.cpuUser,
    },
    system_cpu_usage: stats.systemCpu,
    online_cpus: stats.onlineCpus,
    throttling_data: {
      periods: stats.throttling.periods,
      throttled_periods: stats.throttling.throttledPeriods,
      throttled_time: stats.throttling.throttledTime,
    },
  };
}

/** Only the bytes are counted; the other lists are empty with cgroup v1 and null with v2, as Docker's are. */
function toBlockIo({ blockIo, cgroupVersion }: ProcessStats): Readonly<Record<string, unknown>> {
  const name = cgroupVersion === 1 ? { read: "Read", write: "Write" } : { read: "read", write: "write" };
  const none = cgroupVersion === 1 ? [] : null;
  return {
    io_service_bytes_recursive: blockIo.map(({ major, minor, op, bytes }) => ({
      major,
      minor,
      op: name[op],
      value: bytes,
    })),
    io_serviced_recursive: none,
    io_queue_recursive: none,
    io_service_time_recursive: none,
    io_wait_time_recursive: none,
    io_merged_recursive: none,
    io_time_recursive: none,
    sectors_recursive: none,
  };
}

function toNetworkCounters({ networks }: ProcessStats): Readonly<Record<string, unknown>> {
  return Object.fromEntries(
    Object.entries(networks).map(([name, one]) => [
      name,
      {
        rx_bytes: one.rxBytes,
        rx_packets: one.rxPackets,
        rx_errors: one.rxErrors,
        rx_dropped: one.rxDropped,
        tx_bytes: one.txBytes,
        tx_packets: one.txPackets,
        tx_errors: one.txErrors,
        tx_dropped: one.txDropped,
      },
    ]),
  );
}
