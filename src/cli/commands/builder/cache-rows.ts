import { formatHumanDuration, formatTime } from "../../../base/index.ts";
import type { CacheRecord } from "../../../engine/index.ts";
import {
  createRow,
  formatGoTime,
  type GoValue,
  goBool,
  goInt,
  goSlice,
  goString,
  goTyped,
} from "../../../template/index.ts";
import { alignTabs, formatHumanSize } from "../../format/index.ts";

/** Titles of the columns of `du` and `prune`. */
export const CACHE_HEADER = {
  ID: "ID",
  Parents: "PARENTS",
  CreatedAt: "CREATED AT",
  Mutable: "MUTABLE",
  Reclaimable: "RECLAIMABLE",
  Shared: "SHARED",
  Size: "SIZE",
  Description: "DESCRIPTION",
  UsageCount: "USAGE COUNT",
  LastUsedAt: "LAST ACCESSED",
  Type: "TYPE",
};

/** The table of `du` and `prune`. */
export const CACHE_TABLE = "table {{.ID}}\t{{.Reclaimable}}\t{{.Size}}\t{{.LastUsedAt}}";

/** A row of the cache; in tables what can change has a star, and what is shared too. */
export function cacheRow(record: CacheRecord, { stars }: { readonly stars: boolean }): GoValue {
  const size = formatHumanSize(record.size);
  return createRow("*commands.diskusageContext", {
    plain: {
      ID: stars && record.mutable ? `${record.id}*` : record.id,
      Parents: goTyped(goSlice(goString), record.parents),
      CreatedAt: () => createdAt(record),
      Mutable: goTyped(goBool, record.mutable),
      Reclaimable: goTyped(goBool, record.reclaimable),
      Shared: goTyped(goBool, record.shared),
      Size: stars && record.shared ? `${size}*` : size,
      Description: record.description,
      UsageCount: goTyped(goInt, record.usageCount),
      LastUsedAt: () => lastUsed(record),
      Type: record.type,
    },
  });
}

/** All that is known of a record, a line for each fact and an empty one at the end. */
export function formatCacheRecord(record: CacheRecord): string {
  const [parent, ...others] = record.parents;
  const used = lastUsed(record);
  const facts = [
    `ID:\t${record.id}`,
    ...(parent === undefined ? [] : others.length === 0 ? [`Parent:\t${parent}`] : ["Parents:"]),
    ...(others.length === 0 ? [] : record.parents.map((each) => ` - ${each}`)),
    `Created at:\t${createdAt(record)}`,
    `Mutable:\t${record.mutable}`,
    `Reclaimable:\t${record.reclaimable}`,
    `Shared:\t${record.shared}`,
    `Size:\t${formatHumanSize(record.size)}`,
    `Description:\t${record.description}`,
    `Usage count:\t${record.usageCount}`,
    ...(used === "" ? [] : [`Last used:\t${used}`]),
    `Type:\t${record.type}`,
  ];
  const lines = facts.map((line) => alignTabs(line, { minWidth: 14, padding: 2 }));
  return `${lines.join("\n")}\n\n`;
}

function createdAt({ createdAt: milliseconds }: CacheRecord): string {
  return formatGoTime(formatTime(BigInt(Math.round(milliseconds * 1000)) * 1000n));
}

function lastUsed({ lastUsedAt }: CacheRecord): string {
  return lastUsedAt === undefined ? "" : `${formatHumanDuration(Date.now() - lastUsedAt)} ago`;
}
