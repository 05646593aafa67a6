import type { CaseResult, TrialResult } from "../result.ts";
import { lessWrapper, ratio, summarize } from "../statistics.ts";
import { formatMegabytes, formatRatio, formatTime } from "./numbers.ts";

/** Heads of the columns of `toRows`. */
export const COLUMNS = [
  "contender",
  "median ms",
  "min",
  "max",
  "wrapper",
  "less wrapper",
  "× strake",
  "+ sync ms",
  "unwritten MB",
  "peak MB",
  "daemon MB",
  "idle MB",
] as const;

/** One row a contender. Ratios compare medians without wrappers, against strake as it comes. */
export function toRows(result: CaseResult): readonly (readonly string[])[] {
  const strake = result.trials.find((trial) => trial.label === "strake");
  const base = strake === undefined ? undefined : medianLessWrapper(strake);
  return result.trials.map((trial) => toRow(trial, base));
}

/** A contender's median without its wrapper; undefined when it failed. */
export function medianLessWrapper(trial: TrialResult): number | undefined {
  return trial.runs.length === 0 ? undefined : lessWrapper(summarize(trial.runs).median, trial.wrapper);
}

/** Whether the whole of a contender's runs counts: one that failed on the way does not. */
export function isWhole(trial: TrialResult): boolean {
  return trial.failure === undefined && trial.runs.length > 0;
}

function toRow(trial: TrialResult, base: number | undefined): readonly string[] {
  if (!isWhole(trial)) return [trial.label, `failed: ${trial.failure ?? "no runs"}`];
  const { median, min, max } = summarize(trial.runs);
  const less = lessWrapper(median, trial.wrapper);
  const { memory, idle, syncs, unwritten } = trial;
  return [
    trial.label,
    formatTime(median),
    formatTime(min),
    formatTime(max),
    trial.wrapper === 0 ? "" : formatTime(trial.wrapper),
    trial.wrapper === 0 ? "" : formatTime(less),
    base === undefined ? "" : formatRatio(ratio(less, base)),
    syncs.length === 0 ? "" : formatTime(summarize(syncs).median),
    unwritten.length === 0 ? "" : formatMegabytes(summarize(unwritten).median),
    memory === undefined ? "" : formatMegabytes(memory.command),
    memory?.daemon === undefined ? "" : formatMegabytes(memory.daemon),
    idle === undefined ? "" : formatMegabytes(idle),
  ];
}
