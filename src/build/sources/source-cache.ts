import { createHash } from "node:crypto";
import { existsSync, mkdirSync, renameSync } from "node:fs";
import { rm } from "node:fs/promises";
import { join } from "node:path";
import { newId } from "../../base/index.ts";
import { deadLeases, endLease, type Lease, listLeases, type Store, takeLease } from "../../store/index.ts";
import { canonicalJson } from "../graph/vertex.ts";

/** A download or checkout that is kept for later builds. */
export interface KeptSource {
  /** Absolute path. Its files are never changed, and stay while the source is used. */
  readonly folder: string;
  /** What its maker wants to know of it. */
  readonly facts: Readonly<Record<string, string>>;
}

/** A kept source as recorded. */
export interface SourceRow {
  readonly key: string;
  readonly id: string;
  /** JSON of {@link KeptSource.facts}. */
  readonly facts: string;
  readonly size: number;
  /** Unix milliseconds. */
  readonly used: number;
}

/** Who uses sources: each lease that it is given keeps one of them until {@link releaseSource}. */
export interface SourceUser {
  readonly store: Store;
  useSource(lease: Lease): void;
}

/** Kind of the leases of those who use or remove a source; the path is the ID. */
const SOURCE_LEASE = "source";

/** Bytes that sources may take up before the least recently used are removed. */
const MOST_BYTES = 2 * 1024 ** 3;
/** A source that was used in the last day may be in use still. */
const IN_USE_MS = 24 * 3600 * 1000;

/** The name of a source: the digest of what tells it from others. */
export function sourceKey(description: object): string {
  return createHash("sha256").update(canonicalJson(description)).digest("hex");
}

/** Finds a source by its name, and notes that it is used. */
export function findSource({ store, useSource }: SourceUser, key: string): KeptSource | undefined {
  const known = store.transaction(() => {
    const row = store.row<SourceRow>("SELECT * FROM fetched_sources WHERE key = ?", key);
    if (row === undefined || !existsSync(folderOf(store, row.id))) return undefined;
    store.change("UPDATE fetched_sources SET used = ? WHERE key = ?", Date.now(), key);
    return { row, lease: takeLease(store, SOURCE_LEASE, row.id) };
  });
  if (known === undefined) return undefined;
  useSource(known.lease);
  return toKept(store, known.row);
}

/**
 * Keeps a folder that holds a whole source, which moves, and notes that it is used. What had the name before goes, unless
 * it has the same facts: then it stays, and is the one that is returned. Removes old ones beyond the limit.
 */
export async function keepSource(
  { store, useSource }: SourceUser,
  key: string,
  source: KeptSource & { readonly size: number },
): Promise<KeptSource> {
  const id = newId().slice(0, 24);
  const facts = JSON.stringify(source.facts);
  const lease = takeLease(store, SOURCE_LEASE, id);
  mkdirSync(join(store.root, "sources"), { recursive: true, mode: 0o700 });
  renameSync(source.folder, folderOf(store, id));
  const { row, replaced } = store.transaction(() => {
    const known = store.row<SourceRow>("SELECT * FROM fetched_sources WHERE key = ?", key);
    if (known?.facts === facts && existsSync(folderOf(store, known.id))) {
      useSource(takeLease(store, SOURCE_LEASE, known.id));
      return { row: known, replaced: lease };
    }
    const fresh: SourceRow = { key, id, facts, size: source.size, used: Date.now() };
    writeRow(store, fresh);
    useSource(lease);
    return { row: fresh, replaced: known && takeLease(store, SOURCE_LEASE, known.id) };
  });
  if (replaced !== undefined) await releaseSource(store, replaced);
  await trimSources(store, { most: MOST_BYTES, unusedSince: Date.now() - IN_USE_MS });
  return toKept(store, row);
}

/** Removes the least recently used sources until the rest fits; none that was used since. Returns the freed bytes. */
export async function trimSources(
  store: Store,
  limit: { readonly most: number; readonly unusedSince: number },
): Promise<number> {
  const rows = listSources(store);
  let total = rows.reduce((sum, { size }) => sum + size, 0);
  let freed = 0;
  for (const { key, id, size, used } of rows) {
    if (total <= limit.most || used > limit.unusedSince) break;
    freed += await removeSource(store, { key, id, size });
    total -= size;
  }
  return freed;
}

/** All kept sources, the least recently used first. */
export function listSources(store: Store): SourceRow[] {
  return store.rows<SourceRow>("SELECT * FROM fetched_sources ORDER BY used");
}

/** Removes a source, once nobody uses it any more; returns the freed bytes. */
export async function removeSource(
  store: Store,
  source: Pick<SourceRow, "key" | "id" | "size">,
): Promise<number> {
  const lease = store.transaction(() => {
    forgetSource(store, source);
    return takeLease(store, SOURCE_LEASE, source.id);
  });
  return (await releaseSource(store, lease)) ? source.size : 0;
}

/** Removes a source's record alone; returns the folder that it leaves. */
export function forgetSource(store: Store, { key, id }: Pick<SourceRow, "key" | "id">): string {
  store.change("DELETE FROM fetched_sources WHERE key = ? AND id = ?", key, id);
  return folderOf(store, id);
}

/** Ends a use of a source; of one that has no record any more, the last user removes the files. True if it did. */
export async function releaseSource(store: Store, lease: Lease): Promise<boolean> {
  const isLast = store.transaction(() => {
    const kept = store.row("SELECT 1 FROM fetched_sources WHERE id = ?", lease.path) !== undefined;
    const used = listLeases(store).some(
      ({ id, kind, path }) => kind === SOURCE_LEASE && path === lease.path && id !== lease.id,
    );
    if (kept || used) endLease(store, lease);
    return !kept && !used;
  });
  if (!isLast) return false;
  await rm(folderOf(store, lease.path), { recursive: true, force: true });
  endLease(store, lease);
  return true;
}

/** Ends the uses of processes that died. */
export async function repairSources(store: Store): Promise<void> {
  for (const lease of deadLeases(store, SOURCE_LEASE)) await releaseSource(store, lease);
}

function writeRow(store: Store, { key, id, facts, size, used }: SourceRow): void {
  store.change(
    "INSERT OR REPLACE INTO fetched_sources(key, id, facts, size, used) VALUES (?,?,?,?,?)",
    key,
    id,
    facts,
    size,
    used,
  );
}

function toKept(store: Store, { id, facts }: SourceRow): KeptSource {
  return { folder: folderOf(store, id), facts: JSON.parse(facts) as KeptSource["facts"] };
}

function folderOf(store: Store, id: string): string {
  return join(store.root, "sources", id);
}
