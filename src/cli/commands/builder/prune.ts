import { parseGoDuration } from "../../../base/index.ts";
import { CliError } from "../../cli-error.ts";
import { command } from "../../command.ts";
import { bool, bytes, filter } from "../../flags/kinds.ts";
import { formatHumanSize, writeList } from "../../format/index.ts";
import { confirm, DRY_RUN, formatReclaimed, withConfiguredFilters } from "../prune-shared.ts";
import { PRUNE_FORCE } from "../shared-flags.ts";
import { BUILDER, checkBuilder } from "./builder-flag.ts";
import { CACHE_HEADER, CACHE_TABLE, cacheRow, formatCacheRecord } from "./cache-rows.ts";

const DANGLING = "WARNING! This will remove all dangling build cache.";
const ALL = "WARNING! This will remove all build cache.";

/** `strake builder prune`. */
export const builderPrune = command({
  usage: "[OPTIONS]",
  flags: {
    all: bool("Remove all unused build cache, not just dangling ones", { shorthand: "a" }),
    builder: BUILDER,
    "dry-run": DRY_RUN,
    filter: filter('Provide filter values (e.g. "until=24h")'),
    force: PRUNE_FORCE,
    "keep-storage": bytes("Amount of disk space to keep for cache", {
      aliasOf: "reserved-space",
      deprecated: "keep-storage flag has been changed to reserved-space",
    }),
    "max-used-space": bytes("Maximum amount of disk space allowed to keep for cache"),
    "min-free-space": bytes("Target amount of free disk space after pruning"),
    "reserved-space": bytes("Amount of disk space always allowed to keep for cache"),
    verbose: bool("Provide a more verbose output"),
  },
  args: { min: 0, max: 0 },
  async run({ flags, io }) {
    checkBuilder(flags.builder);
    const filters = withConfiguredFilters(flags.filter, io);
    checkUntil(filters.until ?? []);
    const dryRun = flags["dry-run"];
    if (!dryRun && !flags.force && !(await confirm(flags.all ? ALL : DANGLING, io, " "))) return 0;
    const { builds } = await io.engine();
    const request = {
      all: flags.all,
      filters,
      reservedSpace: flags["reserved-space"],
      maxUsedSpace: flags["max-used-space"],
      minFreeSpace: flags["min-free-space"],
    };
    const report = await builds.prune(request, { dryRun });
    const { removed, reclaimed } = report;
    if (flags.verbose) {
      io.out(removed.map(formatCacheRecord).join(""));
    } else if (removed.length > 0) {
      const rows = removed.map((record) => cacheRow(record, { stars: true }));
      writeList({ write: io.out }, { format: CACHE_TABLE, header: CACHE_HEADER, rows });
    }
    io.out(dryRun ? formatReclaimed(report) : `Total:\t${formatHumanSize(reclaimed)}\n`);
    return 0;
  },
});

function checkUntil(values: readonly string[]): void {
  if (values.length > 1) throw new CliError("filters expect only one value");
  for (const value of values) {
    try {
      parseGoDuration(value);
    } catch (error) {
      const reason = error instanceof Error ? error.message : String(error);
      throw new CliError(`"until" filter expects a duration (e.g., '24h'): ${reason}`, { cause: error });
    }
  }
}
