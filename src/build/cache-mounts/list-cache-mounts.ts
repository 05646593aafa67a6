import { treeUsage } from "../../snapshot/index.ts";
import { deadLeases, type Store, takeLease } from "../../store/index.ts";
import type { CacheRecord } from "../report.ts";
import {
  type CacheFolder,
  cacheFiles,
  cacheLock,
  deleteCacheFolder,
  listCacheFolders,
  listUnmeasured,
  setMeasured,
} from "./cache-mount-table.ts";
import { CACHE_LEASE, dropCache } from "./open-cache-mount.ts";
import { tryCacheLock } from "./try-cache-lock.ts";

/** The caches of RUN steps as records of the build cache. Walks each to measure it. */
export function listCacheMounts(store: Store): CacheRecord[] {
  return listCacheFolders(store).map((folder) => toRecord(store, folder));
}

/** Milliseconds for which the size of a cache is good enough, since measuring it means walking it. */
const MEASURE_PERIOD = 3_600_000;

/** Measures the caches that were used since they were last measured, each at most once an hour. */
export function measureCacheMounts(store: Store): void {
  const now = Date.now();
  for (const id of listUnmeasured(store, now - MEASURE_PERIOD)) {
    const lock = tryCacheLock(cacheLock(store, id));
    if (lock === undefined) continue;
    try {
      setMeasured(store, id, { size: treeUsage(cacheFiles(store, id)), measured: now });
    } finally {
      lock.release();
    }
  }
}

/** Removes a cache that no step uses now; false when one does, or there is none. */
export async function removeCacheMount(store: Store, id: string): Promise<boolean> {
  const lock = tryCacheLock(cacheLock(store, id));
  if (lock === undefined) return false;
  try {
    const lease = store.transaction(() => {
      deleteCacheFolder(store, id);
      return takeLease(store, CACHE_LEASE, id);
    });
    await dropCache(store, lease);
    return true;
  } finally {
    lock.release();
  }
}

/** Removes what processes that died were making or removing. */
export async function repairCacheMounts(store: Store): Promise<void> {
  for (const lease of deadLeases(store, CACHE_LEASE)) await dropCache(store, lease);
}

function toRecord(store: Store, folder: CacheFolder): CacheRecord {
  const { id, description, created, lastUsed, uses } = folder;
  const lock = tryCacheLock(cacheLock(store, id));
  lock?.release();
  return {
    id,
    parents: [],
    createdAt: created,
    lastUsedAt: lastUsed === 0 ? undefined : lastUsed,
    usageCount: uses,
    mutable: true,
    reclaimable: lock !== undefined,
    shared: false,
    size: treeUsage(cacheFiles(store, id)),
    description,
    type: "exec.cachemount",
  };
}
