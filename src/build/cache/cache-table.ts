import type { ChainId } from "../../oci/index.ts";
import type { Store } from "../../store/index.ts";
import type { KeyParts } from "../ops/op.ts";
import type { CacheKey } from "./key.ts";

/** One cached step. */
export interface CacheEntry {
  readonly key: CacheKey;
  readonly quickKey: CacheKey | undefined;
  readonly chainId: ChainId;
  readonly parts: KeyParts;
  readonly description: string;
  /** Unix milliseconds. */
  readonly created: number;
  readonly used: number;
  readonly uses: number;
}

interface CacheRow {
  readonly key: CacheKey;
  readonly quick_key: CacheKey | null;
  readonly chain_id: ChainId;
  readonly parts: string;
  readonly description: string;
  readonly created: number;
  readonly used: number;
  readonly uses: number;
}

/** The step under a key. */
export function findEntry(store: Store, key: CacheKey): CacheEntry | undefined {
  return toEntry(store.row<CacheRow>("SELECT * FROM build_cache WHERE key = ?", key));
}

/** A step under a quick key: several may have it, and the newest is as good as any. */
export function findQuickEntry(store: Store, quickKey: CacheKey): CacheEntry | undefined {
  return toEntry(
    store.row<CacheRow>(
      "SELECT * FROM build_cache WHERE quick_key = ? ORDER BY created DESC LIMIT 1",
      quickKey,
    ),
  );
}

/** All cached steps, the least recently used first. */
export function listEntries(store: Store): CacheEntry[] {
  return store
    .rows<CacheRow>("SELECT * FROM build_cache ORDER BY used, created, key")
    .flatMap((row) => toEntry(row) ?? []);
}

/** Records a step, over what was under the key before. */
export function writeEntry(store: Store, entry: Omit<CacheEntry, "used" | "uses">): void {
  store.change(
    `INSERT INTO build_cache(key, quick_key, chain_id, parts, description, created, used, uses)
     VALUES (?,?,?,?,?,?,?,0)
     ON CONFLICT(key) DO UPDATE SET quick_key = excluded.quick_key, chain_id = excluded.chain_id,
       parts = excluded.parts, description = excluded.description, created = excluded.created, used = excluded.used`,
    entry.key,
    entry.quickKey ?? null,
    entry.chainId,
    JSON.stringify(entry.parts),
    entry.description,
    entry.created,
    Date.now(),
  );
}

/** Notes that steps were used by a build. */
export function touchEntries(store: Store, keys: readonly CacheKey[]): void {
  const now = Date.now();
  store.transaction(() => {
    for (const key of keys)
      store.change("UPDATE build_cache SET used = ?, uses = uses + 1 WHERE key = ?", now, key);
  });
}

/** Forgets a step; its layer is the caller's to collect. */
export function deleteEntry(store: Store, key: CacheKey): void {
  store.change("DELETE FROM build_cache WHERE key = ?", key);
}

function toEntry(row: CacheRow | undefined): CacheEntry | undefined {
  if (row === undefined) return undefined;
  const { quick_key: quickKey, chain_id: chainId, parts, ...rest } = row;
  return { ...rest, quickKey: quickKey ?? undefined, chainId, parts: JSON.parse(parts) as KeyParts };
}
