import type { CachePruneRequest, CacheRecord, PrunedCache } from "../report.ts";
import type { RoomContext } from "../room-context.ts";
import { pruneCache, removableSteps } from "./prune.ts";
import { filterRecords } from "./usage.ts";

/** What the cache holds, the largest last, as far as the filters go. */
export async function cacheUsage(
  context: RoomContext,
  filters: Readonly<Record<string, readonly string[]>>,
): Promise<CacheRecord[]> {
  const records = removableSteps(context).map(({ record }) => record);
  return filterRecords(records, filters).sort((a, b) => a.size - b.size);
}

/** Removes what the request names. */
export async function pruneBuildCache(
  context: RoomContext,
  request: CachePruneRequest,
): Promise<PrunedCache> {
  return await pruneCache(context, removableSteps(context), request);
}
