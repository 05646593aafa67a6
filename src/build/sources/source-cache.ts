import { createHash } from "node:crypto";
import { existsSync, mkdirSync, renameSync } from "node:fs";
import { rm } from "node:fs/promises";
import { join } from "node:path";
import { newId } from "../../base/index.ts";
import { deadLeases, endLease, type Lease, type Store, takeLease } from "../../store/index.ts";
import { canonicalJson } from "../graph/vertex.ts";

/** A download or checkout that is kept for later builds. */
export interface KeptSource {
  /** Absolute path. Its files are never changed. */
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

/** Kind of the leases on sources that are being removed; the path is the ID. */
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
export function findSource(store: Store, key: string): KeptSource | undefined {
  const row = store.row<SourceRow>("SELECT * FROM fetched_sources WHERE key = ?", key);
  if (row === undefined) return undefined;
  const folder = folderOf(store, row.id);
  if (!existsSync(folder)) return undefined;
  store.change("UPDATE fetched_sources SET used = ? WHERE key = ?", Date.now(), key);
  return { folder, facts: JSON.parse(row.facts) as KeptSource["facts"] };
}

/** Keeps a folder that holds a whole source, which moves; what had the name before goes. Removes old ones beyond the limit. */
export async function keepSource(
  store: Store,
  key: string,
  source: KeptSource & { readonly size: number },
): Promise<KeptSource> {
  const id = newId().slice(0, 24);
  const folder = folderOf(store, id);
  mkdirSync(join(store.root, "sources"), { recursive: true, mode: 0o700 });
  const replaced = store.transaction(() => {
    const known = store.row<SourceRow>("SELECT * FROM fetched_sources WHERE key = ?", key);
    store.change(
      "INSERT OR REPLACE INTO fetched_sources(key, id, facts, size, used) VALUES (?,?,?,?,?)",
      key,
      id,
      JSON.stringify(source.facts),
      source.size,
      Date.now(),
    );
    return known === undefined ? undefined : takeLease(store, SOURCE_LEASE, known.id);
  });
  renameSync(source.folder, folder);
  if (replaced !== undefined) await dropSource(store, replaced);
  await trimSources(store, { most: MOST_BYTES, unusedSince: Date.now() - IN_USE_MS });
  return { folder, facts: source.facts };
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

/** Removes a source; returns the freed bytes. */
export async function removeSource(
  store: Store,
  source: Pick<SourceRow, "key" | "id" | "size">,
): Promise<number> {
  const lease = store.transaction(() => {
    forgetSource(store, source);
    return takeLease(store, SOURCE_LEASE, source.id);
  });
  await dropSource(store, lease);
  return source.size;
}

/** Removes a source's record alone; returns the folder that it leaves. */
export function forgetSource(store: Store, { key, id }: Pick<SourceRow, "key" | "id">): string {
  store.change("DELETE FROM fetched_sources WHERE key = ? AND id = ?", key, id);
  return folderOf(store, id);
}

/** Removes the sources that processes that died were removing. */
export async function repairSources(store: Store): Promise<void> {
  for (const lease of deadLeases(store, SOURCE_LEASE)) await dropSource(store, lease);
}

async function dropSource(store: Store, lease: Lease): Promise<void> {
  await rm(folderOf(store, lease.path), { recursive: true, force: true });
  endLease(store, lease);
}

function folderOf(store: Store, id: string): string {
  return join(store.root, "sources", id);
}
