import {
  field,
  goBool,
  goInt,
  goMap,
  goPointer,
  goSlice,
  goString,
  goStruct,
  goTime,
  goUint8,
  goUint32,
  goUint64,
} from "../../template/index.ts";

const words = goSlice(goString);
const omitEmpty = { omitEmpty: true };

/** `container.TopResponse`. */
export const topType = goStruct("container.TopResponse", [
  field("Processes", "Processes", goSlice(words)),
  field("Titles", "Titles", words),
]);

/** `[]container.FilesystemChange`: 0 modified, 1 added, 2 deleted. */
export const changesType = goSlice(
  goStruct("container.FilesystemChange", [field("Path", "Path", goString), field("Kind", "Kind", goUint8)]),
);

/** `container.PruneReport`. */
export const containerPruneType = goStruct("container.PruneReport", [
  field("ContainersDeleted", "ContainersDeleted", words),
  field("SpaceReclaimed", "SpaceReclaimed", goUint64),
]);

/** The answer of `GET /exec/{id}/json`; `ExitCode` is null until it has ended. */
export const execType = goStruct("backend.ExecInspect", [
  field("ID", "ID", goString),
  field("Running", "Running", goBool),
  field("ExitCode", "ExitCode", goPointer(goInt)),
  field(
    "ProcessConfig",
    "ProcessConfig",
    goPointer(
      goStruct("backend.ExecProcessConfig", [
        field("Tty", "tty", goBool),
        field("Entrypoint", "entrypoint", goString),
        field("Arguments", "arguments", words),
        field("Privileged", "privileged", goPointer(goBool), omitEmpty),
        field("User", "user", goString, omitEmpty),
      ]),
    ),
  ),
  field("OpenStdin", "OpenStdin", goBool),
  field("OpenStderr", "OpenStderr", goBool),
  field("OpenStdout", "OpenStdout", goBool),
  field("CanRemove", "CanRemove", goBool),
  field("ContainerID", "ContainerID", goString),
  field("DetachKeys", "DetachKeys", goString),
  field("Pid", "Pid", goInt),
]);

const counters = goSlice(
  goStruct("container.BlkioStatEntry", [
    field("Major", "major", goUint64),
    field("Minor", "minor", goUint64),
    field("Op", "op", goString),
    field("Value", "value", goUint64),
  ]),
);

const cpuType = goStruct("container.CPUStats", [
  field(
    "CPUUsage",
    "cpu_usage",
    goStruct("container.CPUUsage", [
      field("TotalUsage", "total_usage", goUint64),
      field("PercpuUsage", "percpu_usage", goSlice(goUint64), omitEmpty),
      field("UsageInKernelmode", "usage_in_kernelmode", goUint64),
      field("UsageInUsermode", "usage_in_usermode", goUint64),
    ]),
  ),
  field("SystemUsage", "system_cpu_usage", goUint64, omitEmpty),
  field("OnlineCPUs", "online_cpus", goUint32, omitEmpty),
  field(
    "ThrottlingData",
    "throttling_data",
    goStruct("container.ThrottlingData", [
      field("Periods", "periods", goUint64),
      field("ThrottledPeriods", "throttled_periods", goUint64),
      field("ThrottledTime", "throttled_time", goUint64),
    ]),
  ),
]);

/** `container.StatsResponse`. */
export const statsType = goStruct("container.StatsResponse", [
  field("Name", "name", goString, omitEmpty),
  field("ID", "id", goString, omitEmpty),
  field("Read", "read", goTime),
  field("PreRead", "preread", goTime),
  field(
    "PidsStats",
    "pids_stats",
    goStruct("container.PidsStats", [
      field("Current", "current", goUint64, omitEmpty),
      field("Limit", "limit", goUint64, omitEmpty),
    ]),
  ),
  field(
    "BlkioStats",
    "blkio_stats",
    goStruct("container.BlkioStats", [
      field("IoServiceBytesRecursive", "io_service_bytes_recursive", counters),
      field("IoServicedRecursive", "io_serviced_recursive", counters),
      field("IoQueuedRecursive", "io_queue_recursive", counters),
      field("IoServiceTimeRecursive", "io_service_time_recursive", counters),
      field("IoWaitTimeRecursive", "io_wait_time_recursive", counters),
      field("IoMergedRecursive", "io_merged_recursive", counters),
      field("IoTimeRecursive", "io_time_recursive", counters),
      field("SectorsRecursive", "sectors_recursive", counters),
    ]),
  ),
  field("NumProcs", "num_procs", goUint32),
  field("StorageStats", "storage_stats", goStruct("container.StorageStats", [])),
  field("CPUStats", "cpu_stats", cpuType),
  field("PreCPUStats", "precpu_stats", cpuType),
  field(
    "MemoryStats",
    "memory_stats",
    goStruct("container.MemoryStats", [
      field("Usage", "usage", goUint64, omitEmpty),
      field("MaxUsage", "max_usage", goUint64, omitEmpty),
      field("Stats", "stats", goMap(goUint64), omitEmpty),
      field("Failcnt", "failcnt", goUint64, omitEmpty),
      field("Limit", "limit", goUint64, omitEmpty),
    ]),
  ),
  field(
    "Networks",
    "networks",
    goMap(
      goStruct("container.NetworkStats", [
        field("RxBytes", "rx_bytes", goUint64),
        field("RxPackets", "rx_packets", goUint64),
        field("RxErrors", "rx_errors", goUint64),
        field("RxDropped", "rx_dropped", goUint64),
        field("TxBytes", "tx_bytes", goUint64),
        field("TxPackets", "tx_packets", goUint64),
        field("TxErrors", "tx_errors", goUint64),
        field("TxDropped", "tx_dropped", goUint64),
      ]),
    ),
    omitEmpty,
  ),
]);
