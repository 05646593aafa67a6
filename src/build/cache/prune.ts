import { statfsSync } from "node:fs";
import type { Rehearsed } from "../../store/index.ts";
import type { CachePruneRequest, CacheRecord, PrunedCache } from "../report.ts";
import type { RoomContext } from "../room-context.ts";
import { deleteEntry } from "./cache-table.ts";
import { removeUnusedListings } from "./listings.ts";
import { filterRecords, listRecords } from "./usage.ts";

/** Something in the cache that can be removed, and how. */
export interface Removable {
  readonly record: CacheRecord;
  /** Returns the bytes that came back. */
  remove(): Promise<number>;
  /** Removes the records alone, and tells what would go with them. Only for `rehearse` of the store. */
  forget(): Forgotten;
}

interface Forgotten {
  /** Bytes that `remove` would return. */
  readonly freed: number;
  /** Absolute paths. */
  readonly folders: readonly string[];
}

/** The steps in the cache as things to remove. */
export function removableSteps(context: RoomContext): Removable[] {
  return listRecords(context).map(({ entry, ...record }) => ({
    record,
    remove: async () => {
      // Held, so that a crash in between leaves the layers to a repair.
      const hold = context.store.transaction(() => {
        deleteEntry(context.store, entry.key);
        return context.layers.hold(entry.chainId);
      });
      const freed = await context.layers.release(hold);
      return freed.reduce((sum, { size }) => sum + size, 0);
    },
    forget: () => {
      deleteEntry(context.store, entry.key);
      const dropped = context.layers.rehearse.collect(entry.chainId);
      return {
        freed: dropped.reduce((sum, { layer }) => sum + layer.size, 0),
        folders: dropped.map(({ lease }) => lease.path),
      };
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
  let left = sizeOf(removables, request);
  const removed: CacheRecord[] = [];
  let reclaimed = 0;
  for (const { record, remove } of inOrder(removables, request)) {
    if (isEnough(request, left, freeSpace(context.store.root))) break;
    const freed = await remove();
    reclaimed += freed;
    left -= freed;
    removed.push(record);
  }
  removeUnusedListings(context.store);
  return { removed, reclaimed };
}

/** What {@link pruneCache} would do. */
export function rehearsePrune(
  context: RoomContext,
  removables: readonly Removable[],
  request: CachePruneRequest,
): Rehearsed<CacheRecord> {
  const free = freeSpace(context.store.root);
  let left = sizeOf(removables, request);
  const removed: CacheRecord[] = [];
  const folders: string[] = [];
  let reclaimed = 0;
  for (const { record, forget } of inOrder(removables, request)) {
    if (isEnough(request, left, free + reclaimed)) break;
    const forgotten = forget();
    reclaimed += forgotten.freed;
    left -= forgotten.freed;
    removed.push(record);
    folders.push(...forgotten.folders);
  }
  return { removed, reclaimed: () => reclaimed, folders };
}

/**
 * What the request names, in the order in which it goes: the least recently used first. What others stand on is in
 * use as long as they are, and goes after them, since before it would free nothing.
 */
function inOrder(removables: readonly Removable[], { all, filters }: CachePruneRequest): Removable[] {
  const records = removables.map(({ record }) => record);
  const wanted = new Set(filterRecords(records, filters));
  const { used, depth } = rank(records);
  return removables
    .filter(({ record }) => wanted.has(record) && record.reclaimable && (all || !record.shared))
    .sort(({ record: a }, { record: b }) => used(a) - used(b) || depth(b) - depth(a));
}

function rank(records: readonly CacheRecord[]) {
  const byId = new Map(records.map((record) => [record.id, record]));
  const parentOf = ({ parents: [parent] }: CacheRecord) =>
    parent === undefined ? undefined : byId.get(parent);
  const own = ({ lastUsedAt, createdAt }: CacheRecord) => lastUsedAt ?? createdAt;
  const used = new Map<CacheRecord, number>();
  for (const record of records.toSorted((a, b) => own(b) - own(a))) {
    for (
      let each: CacheRecord | undefined = record;
      each !== undefined && !used.has(each);
      each = parentOf(each)
    )
      used.set(each, own(record));
  }
  const depths = new Map<CacheRecord, number>();
  const depth = (record: CacheRecord): number => {
    const path: CacheRecord[] = [];
    let each: CacheRecord | undefined = record;
    for (; each !== undefined && !depths.has(each); each = parentOf(each)) path.push(each);
    let known = each === undefined ? 0 : (depths.get(each) ?? 0);
    for (const below of path.toReversed()) depths.set(below, ++known);
    return depths.get(record) ?? 0;
  };
  return { used: (record: CacheRecord) => used.get(record) ?? own(record), depth };
}

/** Bytes that count against the bounds of the request: those of images do not, unless their records go too. */
function sizeOf(removables: readonly Removable[], { all }: CachePruneRequest): number {
  return removables.reduce((sum, { record }) => sum + (all || !record.shared ? record.size : 0), 0);
}

/** True when what was asked for is reached: without any bound, never. */
function isEnough(request: CachePruneRequest, left: number, free: number): boolean {
  const { reservedSpace, maxUsedSpace, minFreeSpace } = request;
  if (reservedSpace > 0 && left <= reservedSpace) return true;
  if (maxUsedSpace === 0 && minFreeSpace === 0) return false;
  const fits = maxUsedSpace === 0 || left <= maxUsedSpace;
  return fits && (minFreeSpace === 0 || free >= minFreeSpace);
}

function freeSpace(folder: string): number {
  const { bavail, bsize } = statfsSync(folder);
  return bavail * bsize;
}
