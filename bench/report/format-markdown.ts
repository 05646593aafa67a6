import type { BenchResult, CaseResult, TrialResult } from "../result.ts";
import { ratio } from "../statistics.ts";
import { formatRatio, formatTime } from "./numbers.ts";
import { COLUMNS, isWhole, medianLessWrapper, toRows } from "./rows.ts";

const PEERS = ["docker", "podman", "buildah"] as const;

/** The results for a README: medians with ratios, then every column, then the machine. */
export function formatMarkdown(result: BenchResult): string {
  return [
    `Medians of ${result.runs} runs in milliseconds, without wrappers; in brackets how many times strake's time it is.`,
    "",
    ...formatRow(["case", "strake", ...PEERS]),
    ...formatRow(["---", "--:", ...PEERS.map(() => "--:")]),
    ...result.cases.flatMap((each) => formatRow(toSummary(each))),
    "",
    "All contenders and columns:",
    "",
    ...result.cases.flatMap(formatCase),
    "Measured on:",
    "",
    ...result.facts.map(([name, value]) => `- ${name}: ${value}`),
  ].join("\n");
}

function toSummary(result: CaseResult): readonly string[] {
  const find = (tool: string) => result.trials.find((trial) => trial.tool === tool);
  const strake = find("strake");
  const base = strake === undefined || !isWhole(strake) ? undefined : medianLessWrapper(strake);
  return [
    result.title,
    base === undefined ? "–" : formatTime(base),
    ...PEERS.map((peer) => formatPeer(find(peer), base)),
  ];
}

function formatPeer(trial: TrialResult | undefined, base: number | undefined): string {
  const median = trial === undefined || !isWhole(trial) ? undefined : medianLessWrapper(trial);
  if (median === undefined) return "–";
  return base === undefined
    ? formatTime(median)
    : `${formatTime(median)} (${formatRatio(ratio(median, base))})`;
}

function formatCase(result: CaseResult): readonly string[] {
  return [
    `**${result.name}** – ${result.title}`,
    "",
    ...formatRow(COLUMNS),
    ...formatRow(COLUMNS.map((_, column) => (column === 0 ? "---" : "--:"))),
    ...toRows(result).flatMap((row) => formatRow(COLUMNS.map((_, column) => row[column] ?? ""))),
    "",
  ];
}

function formatRow(cells: readonly string[]): readonly string[] {
  return [`| ${cells.map((cell) => cell.replaceAll("|", "\\|")).join(" | ")} |`];
}
