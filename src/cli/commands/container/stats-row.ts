import { shortId } from "../../../base/index.ts";
import type { ProcessStats } from "../../../engine/index.ts";
import { createRow, type GoValue } from "../../../template/index.ts";
import { formatBinarySize, formatHumanSize } from "../../format/index.ts";

/** The default columns of `stats`. */
export const STATS_TABLE =
  "table {{.ID}}\t{{.Name}}\t{{.CPUPerc}}\t{{.MemUsage}}\t{{.MemPerc}}\t{{.NetIO}}\t{{.BlockIO}}\t{{.PIDs}}";

/** Titles of the columns. */
export const STATS_HEADER = {
  Container: "CONTAINER",
  ID: "CONTAINER ID",
  Name: "NAME",
  CPUPerc: "CPU %",
  MemUsage: "MEM USAGE / LIMIT",
  MemPerc: "MEM %",
  NetIO: "NET I/O",
  BlockIO: "BLOCK I/O",
  PIDs: "PIDS",
};

/** Two readings of one container; no `stats` for one that does not run. */
export interface StatsSample {
  readonly id: string;
  readonly name: string;
  /** As the user typed it. */
  readonly typed: string;
  readonly stats: ProcessStats | undefined;
  readonly previous: ProcessStats | undefined;
}

/** One container as a row of `stats`. */
export function statsRow({ id, name, typed, stats, previous }: StatsSample, full: boolean): GoValue {
  const names = { Container: typed, ID: full ? id : shortId(id), Name: name };
  return createRow("*container.statsContext", {
    plain: { ...names, ...(stats === undefined ? STOPPED : toColumns(stats, previous)) },
  });
}

const STOPPED = {
  CPUPerc: "0.00%",
  MemUsage: "0B / 0B",
  MemPerc: "0.00%",
  NetIO: "0B / 0B",
  BlockIO: "0B / 0B",
  PIDs: "0",
};

function toColumns(stats: ProcessStats, previous: ProcessStats | undefined): Record<string, string> {
  const used = usedMemory(stats);
  const networks = Object.values(stats.networks);
  const received = sum(networks.map(({ rxBytes }) => rxBytes));
  const sent = sum(networks.map(({ txBytes }) => txBytes));
  const io = (op: "read" | "write") =>
    sum(stats.blockIo.flatMap((one) => (one.op === op ? [one.bytes] : [])));
  const share = stats.memoryLimit === 0 ? 0 : (used / stats.memoryLimit) * 100;
  return {
    CPUPerc: `${cpuShare(stats, previous).toFixed(2)}%`,
    MemUsage: `${formatBinarySize(used)} / ${formatBinarySize(stats.memoryLimit)}`,
    MemPerc: `${share.toFixed(2)}%`,
    NetIO: `${formatHumanSize(received, 3)} / ${formatHumanSize(sent, 3)}`,
    BlockIO: `${formatHumanSize(io("read"), 3)} / ${formatHumanSize(io("write"), 3)}`,
    PIDs: String(stats.pids),
  };
}

/** The memory without the cache of files that were not touched lately. */
function usedMemory({ memoryUsage, memoryStat, cgroupVersion }: ProcessStats): number {
  const cache = memoryStat[cgroupVersion === 1 ? "total_inactive_file" : "inactive_file"] ?? 0;
  return cache < memoryUsage ? memoryUsage - cache : memoryUsage;
}

function cpuShare(stats: ProcessStats, previous: ProcessStats | undefined): number {
  if (previous === undefined) return 0;
  const own = stats.cpuTotal - previous.cpuTotal;
  const machine = stats.systemCpu - previous.systemCpu;
  return own > 0 && machine > 0 ? (own / machine) * stats.onlineCpus * 100 : 0;
}

function sum(numbers: readonly number[]): number {
  return numbers.reduce((total, number) => total + number, 0);
}
