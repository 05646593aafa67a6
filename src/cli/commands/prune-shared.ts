import type { PruneOptions, PruneReport } from "../../engine/index.ts";
import { readConfigFile } from "../config-file.ts";
import { bool } from "../flags/kinds.ts";
import { formatHumanSize } from "../format/index.ts";
import type { Io } from "../io/io.ts";
import { type FilterValues, parseFilter } from "../values/filter.ts";

/** Asks on stdout; only `y` or `Y` means yes, the end of input means no. */
export async function confirm(question: string, io: Io, separator = "\n"): Promise<boolean> {
  io.out(`${question}${separator}Are you sure you want to continue? [y/N] `);
  const answer = await io.readLine();
  return answer?.trim().toLowerCase() === "y";
}

/** The filters given, and those of `pruneFilters` in the config file that the given ones do not contradict. */
export function withConfiguredFilters(given: FilterValues, io: Io): FilterValues {
  let filters = given;
  for (const configured of readConfigFile(io).pruneFilters ?? []) {
    const [key = ""] = configured.split("=", 1);
    const value = configured.slice(key.length + 1);
    const opposite = key === "label" ? "label!" : key === "label!" ? "label" : undefined;
    if (opposite !== undefined && filters[opposite]?.includes(value)) continue;
    filters = parseFilter(filters, configured);
  }
  return filters;
}

/** `--dry-run` of the prune commands. */
export const DRY_RUN = bool("Only list what would be removed and how many bytes come back");

/** One kind of object that a prune removed, or would remove. */
export interface PrunedKind {
  /** As in `Deleted Containers:`. */
  readonly noun: string;
  readonly lines: readonly string[];
}

/** What each kind of object adds to the output; nothing when nothing of it went. */
export function formatPruned({ noun, lines }: PrunedKind, { dryRun = false }: PruneOptions = {}): string {
  if (lines.length === 0) return "";
  const title = dryRun ? `Would delete ${noun}` : `Deleted ${noun}`;
  return `${title}:\n${lines.map((line) => `${line}\n`).join("")}\n`;
}

/** The last lines of a prune. */
export function formatReclaimed({ reclaimed, freed }: Omit<PruneReport<never>, "removed">): string {
  if (freed === undefined) return `Total reclaimed space: ${formatHumanSize(reclaimed)}\n`;
  const onDisk = `Disk space that would be freed: ${formatHumanSize(freed)} (${freed} bytes)\n`;
  return `Total reclaimable space: ${formatHumanSize(reclaimed)}\n${onDisk}`;
}

/** A prune of one kind of object. */
export interface PruneTask<T> {
  readonly noun: string;
  readonly warning: string;
  prune(filters: FilterValues, options: PruneOptions): Promise<PruneReport<T>>;
  line(removed: T): string;
}

/** Asks, prunes and tells; a dry run asks nothing. */
export async function runPrune<T>(
  { noun, warning, prune, line }: PruneTask<T>,
  flags: { readonly force: boolean; readonly "dry-run": boolean; readonly filter: FilterValues },
  io: Io,
): Promise<number> {
  const dryRun = flags["dry-run"];
  if (!dryRun && !flags.force && !(await confirm(warning, io))) return 0;
  const report = await prune(withConfiguredFilters(flags.filter, io), { dryRun });
  io.out(formatPruned({ noun, lines: report.removed.map(line) }, { dryRun }) + formatReclaimed(report));
  return 0;
}
