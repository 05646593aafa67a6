import { formatHumanDuration, formatTime } from "../../../../base/index.ts";
import type { DiskUsage } from "../../../../engine/index.ts";
import { createRow, formatGoTime, type GoValue } from "../../../../template/index.ts";
import { formatHumanSize } from "../../../format/index.ts";

/** Titles of the columns of the build cache. */
export const CACHE_HEADER = {
  ID: "CACHE ID",
  Parent: "PARENT",
  CacheType: "CACHE TYPE",
  Size: "SIZE",
  CreatedSince: "CREATED",
  LastUsedSince: "LAST USED",
  UsageCount: "USAGE",
  Shared: "SHARED",
};

/** One record of the build cache. */
export function cacheRow(record: DiskUsage["buildCache"][number], full: boolean): GoValue {
  const { id, parents, type, description, size, createdAt, lastUsedAt, usageCount, reclaimable, shared } =
    record;
  const ago = (at: number) => `${formatHumanDuration(Date.now() - at)} ago`;
  const mark = reclaimable ? "" : "*";
  return createRow("*formatter.buildCacheContext", {
    plain: {
      ID: `${full ? id : id.slice(0, 12)}${full ? "" : mark}`,
      Parent: parents.join(", "),
      CacheType: type,
      Description: description,
      Size: formatHumanSize(size),
      CreatedAt: toTime(createdAt),
      CreatedSince: () => ago(createdAt),
      LastUsedAt: lastUsedAt === undefined ? "" : toTime(lastUsedAt),
      LastUsedSince: () => (lastUsedAt === undefined ? "" : ago(lastUsedAt)),
      UsageCount: String(usageCount),
      InUse: String(!reclaimable),
      Shared: String(shared),
    },
  });
}

/** Milliseconds since the epoch as Go shows a time. */
function toTime(milliseconds: number): string {
  return formatGoTime(formatTime(BigInt(Math.floor(milliseconds)) * 1_000_000n));
}
