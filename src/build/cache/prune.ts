import { statfsSync } from "node:fs";
import type { CachePruneRequest, CacheRecord, PrunedCache } from "../report.ts";
import type { RoomContext } from "../room-context.ts";
import { deleteEntry } from "./cache-table.ts";
import { removeUnusedListings } from "./listings.ts";
import { filterRecords, listRecords } from "./usage.ts";

/** Something in the cache that can be removed, and how; `remove` returns the bytes that came back. */
export interface Removable {
  readonly record: CacheRecord;
  remove(): Promise<number>;
}

/** The steps in the cache as things to remove. */
export function removableSteps(context: RoomContext): Removable[] {
  return listRecords(context).map(({ entry, ...record }) => ({
    record,
    remove: async () => {
      deleteEntry(context.store, entry.key);
      const freed = await context.layers.collect(entry.chainId);
      return freed.reduce((sum, { size }) => sum + size, 0);
    },
  }));
}

/**
 * Removes records, the least recently used first, as far as the request goes. Without `all`, those whose layers images
 * have stay: removing them would free nothing. Bytes that are shared count once they are free.
 */
export async function pruneCache(
  context: RoomContext,
  removables: readonly Removable[],
  request: CachePruneRequest,
): Promise<PrunedCache> {
  const wanted = new Set(
    filterRecords(
      removables.map(({ record }) => record),
      request.filters,
    ),
  );
  const age = ({ record }: Removable) => record.lastUsedAt ?? record.createdAt;
  const order = removables
    .filter(({ record }) => wanted.has(record) && record.reclaimable && (request.all || !record.shared))
    .sort((a, b) => age(a) - age(b));
  let left = removables.reduce((sum, { record }) => sum + record.size, 0);
  const removed: CacheRecord[] = [];
  let reclaimed = 0;
  for (const { record, remove } of order) {
    if (isEnough(context, request, left)) break;
    reclaimed += await remove();
    left -= record.size;
    removed.push(record);
  }
  removeUnusedListings(context.store);
  return { removed, reclaimed };
}

/** True when what was asked for is reached: without any bound, never. */
function isEnough({ store }: RoomContext, request: CachePruneRequest, left: number): boolean {
  const { reservedSpace, maxUsedSpace, minFreeSpace } = request;
  if (reservedSpace > 0 && left <= reservedSpace) return true;
  if (maxUsedSpace === 0 && minFreeSpace === 0) return false;
  const fits = maxUsedSpace === 0 || left <= maxUsedSpace;
  return fits && (minFreeSpace === 0 || freeSpace(store.root) >= minFreeSpace);
}

function freeSpace(folder: string): number {
  const { bavail, bsize } = statfsSync(folder);
  return bavail * bsize;
}
