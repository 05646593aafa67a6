import type { CacheRecord } from "../../../engine/index.ts";
import { CliError } from "../../cli-error.ts";
import { command } from "../../command.ts";
import { bool, filter, text } from "../../flags/kinds.ts";
import { alignTabs, formatHumanSize, isTableFormat, resolveFormat, writeList } from "../../format/index.ts";
import { BUILDER, checkBuilder } from "./builder-flag.ts";
import { CACHE_HEADER, CACHE_TABLE, cacheRow, formatCacheRecord } from "./cache-rows.ts";

/** `strake builder du`. */
export const builderDu = command({
  usage: "[OPTIONS]",
  flags: {
    builder: BUILDER,
    filter: filter("Provide filter values"),
    format: text("Format the output"),
    verbose: bool('Shorthand for "--format=pretty"'),
  },
  args: { min: 0, max: 0 },
  async run({ flags, io }) {
    checkBuilder(flags.builder);
    if (flags.verbose && flags.format !== "") {
      throw new CliError("--verbose and --format cannot be used together");
    }
    const { builds } = await io.engine();
    const records = await builds.usage(flags.filter);
    const summary = Object.keys(flags.filter).length === 0 ? formatSummary(records) : "";
    if (flags.verbose || flags.format === "pretty") {
      io.out(records.map(formatCacheRecord).join("") + summary);
      return 0;
    }
    const format = resolveFormat(flags.format, { table: CACHE_TABLE });
    const rows = records.map((record) => cacheRow(record, { stars: isTableFormat(format) }));
    writeList({ write: io.out }, { format, header: CACHE_HEADER, rows });
    if (isTableFormat(format)) io.out(summary);
    return 0;
  },
});

function formatSummary(records: readonly CacheRecord[]): string {
  const sum = (counts: (record: CacheRecord) => boolean) =>
    formatHumanSize(records.filter(counts).reduce((total, { size }) => total + size, 0));
  const shared = records.some((record) => record.shared)
    ? [`Shared:\t${sum((record) => record.shared)}`, `Private:\t${sum((record) => !record.shared)}`]
    : [];
  const lines = [
    ...shared,
    `Reclaimable:\t${sum((record) => record.reclaimable)}`,
    `Total:\t${sum(() => true)}`,
  ];
  return `${alignTabs(lines.join("\n"), { minWidth: 0, padding: 4 })}\n`;
}
