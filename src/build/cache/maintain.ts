import type { Rehearsal } from "../../store/index.ts";
import { cacheHome, deleteCacheFolder } from "../cache-mounts/cache-mount-table.ts";
import { listCacheMounts, removeCacheMount } from "../cache-mounts/list-cache-mounts.ts";
import { forgetDigests } from "../files/digest-cache.ts";
import type { CachePruneRequest, CacheRecord, PrunedCache } from "../report.ts";
import type { RoomContext } from "../room-context.ts";
import { pruneCache, type Removable, rehearsePrune, removableSteps } from "./prune.ts";
import { removableSources } from "./removable-sources.ts";
import { filterRecords } from "./usage.ts";

/** Everything in the cache that can be removed: steps, the folders of cache mounts, downloads and checkouts. */
export function listRemovables(context: RoomContext): Removable[] {
  return [...removableSteps(context), ...removableMounts(context), ...removableSources(context)];
}

function removableMounts(context: RoomContext): Removable[] {
  return listCacheMounts(context.store).map((record) => ({
    record,
    remove: async () => ((await removeCacheMount(context.store, record.id)) ? record.size : 0),
    forget: () => {
      deleteCacheFolder(context.store, record.id);
      return { freed: record.size, folders: [cacheHome(context.store, record.id)] };
    },
  }));
}

/** What the cache holds, the largest last, as far as the filters go. */
export async function cacheUsage(
  context: RoomContext,
  filters: Readonly<Record<string, readonly string[]>>,
): Promise<CacheRecord[]> {
  const records = listRemovables(context).map(({ record }) => record);
  return filterRecords(records, filters).sort((a, b) => a.size - b.size);
}

/** What {@link pruneBuildCache} would do. */
export function rehearseCachePrune(context: RoomContext, request: CachePruneRequest): Rehearsal<CacheRecord> {
  // These are measured before, since a rehearsal keeps others from writing.
  const mounts = removableMounts(context);
  return () => {
    const removables = [...removableSteps(context), ...mounts, ...removableSources(context)];
    return rehearsePrune(context, removables, request);
  };
}

/** Removes what the request names. */
export async function pruneBuildCache(
  context: RoomContext,
  request: CachePruneRequest,
): Promise<PrunedCache> {
  const pruned = await pruneCache(context, listRemovables(context), request);
  if (request.all && Object.keys(request.filters).length === 0) forgetDigests(context.store);
  return pruned;
}
