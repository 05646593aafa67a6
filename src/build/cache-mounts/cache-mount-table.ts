import { join } from "node:path";
import type { Store } from "../../store/index.ts";

/** A folder that RUN steps share between builds. */
export interface CacheFolder {
  /** Name of its folder. */
  readonly id: string;
  /** What mounts must have in common to share it. */
  readonly key: string;
  /** Several exist side by side when steps want one for themselves at the same time. */
  readonly slot: number;
  readonly description: string;
  /** Milliseconds since the epoch. */
  readonly created: number;
  readonly lastUsed: number;
  readonly uses: number;
}

interface Row extends Omit<CacheFolder, "lastUsed"> {
  readonly last_used: number;
}

/** Where the files of a cache are. */
export function cacheFiles(store: Store, id: string): string {
  return join(cacheHome(store, id), "fs");
}

/** The file that is locked while a cache is in use. */
export function cacheLock(store: Store, id: string): string {
  return join(cacheHome(store, id), "lock");
}

/** All of a cache. */
export function cacheHome(store: Store, id: string): string {
  return join(store.root, "cache-mounts", id);
}

/** Caches of one key, or all, in the order of their slots. */
export function listCacheFolders(store: Store, key?: string): CacheFolder[] {
  const rows =
    key === undefined
      ? store.rows<Row>("SELECT * FROM cache_mounts ORDER BY created, id")
      : store.rows<Row>("SELECT * FROM cache_mounts WHERE key = ? ORDER BY slot", key);
  return rows.map(({ last_used: lastUsed, ...row }) => ({ ...row, lastUsed }));
}

/** IDs of the caches that were used since they were measured, which was before `until`. */
export function listUnmeasured(store: Store, until: number): string[] {
  const sql = "SELECT id FROM cache_mounts WHERE last_used >= measured AND measured < ? AND uses > 0";
  return store.rows<{ id: string }>(sql, until).map(({ id }) => id);
}

/** Records how large a cache was, in bytes. */
export function setMeasured(
  store: Store,
  id: string,
  { size, measured }: { readonly size: number; readonly measured: number },
): void {
  store.change("UPDATE cache_mounts SET size = ?, measured = ? WHERE id = ?", size, measured, id);
}

/** False when another process has taken the slot. */
export function insertCacheFolder(
  store: Store,
  { id, key, slot, description, created }: CacheFolder,
): boolean {
  const sql = "INSERT OR IGNORE INTO cache_mounts(id, key, slot, description, created) VALUES (?,?,?,?,?)";
  return store.change(sql, id, key, slot, description, created) === 1;
}

/** Records one more use; false when the cache is gone. */
export function useCacheFolder(store: Store, id: string, now: number): boolean {
  const sql = "UPDATE cache_mounts SET uses = uses + 1, last_used = ? WHERE id = ?";
  return store.change(sql, now, id) === 1;
}

export function deleteCacheFolder(store: Store, id: string): void {
  store.change("DELETE FROM cache_mounts WHERE id = ?", id);
}
