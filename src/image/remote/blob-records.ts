import { rmSync, statSync } from "node:fs";
import { join } from "node:path";
import type { ContentStore } from "../../content/index.ts";
import { type Lock, namesIn, tryLock } from "../../host/index.ts";
import type { Descriptor, DiffId, Digest } from "../../oci/index.ts";
import type { Store } from "../../store/index.ts";
import { lockPath } from "./locks.ts";

/** Where downloads that are not complete lie, each under its blob's digest. */
export function partialFolder(store: Store): string {
  return join(store.root, "blobs", "partial");
}

/** Says that `blob` is the compressed form of a layer. Call it in a transaction with what makes it known. */
export function recordLayerBlob(store: Store, diffId: DiffId, blob: Descriptor): void {
  store.change(
    "INSERT INTO layer_blobs(diff_id, digest, size, media_type) VALUES (?,?,?,?) ON CONFLICT DO NOTHING",
    diffId,
    blob.digest,
    blob.size,
    blob.mediaType,
  );
}

/** The known compressed forms of a layer, those that are here first. */
export function layerBlobs(store: Store, diffId: DiffId): (Descriptor & { readonly here: boolean })[] {
  return store
    .rows<{ digest: Digest; size: number; media_type: string; here: number }>(
      `SELECT digest, size, media_type, EXISTS (SELECT 1 FROM blobs WHERE blobs.digest = layer_blobs.digest) AS here
       FROM layer_blobs WHERE diff_id = ? ORDER BY here DESC, rowid`,
      diffId,
    )
    .map(({ digest, size, media_type: mediaType, here }) => ({ digest, size, mediaType, here: here === 1 }));
}

/** Says that a repository (`docker.io/library/debian`) has a blob. */
export function recordSource(store: Store, digest: Digest, repository: string): void {
  store.change(
    "INSERT INTO blob_sources(digest, repository) VALUES (?,?) ON CONFLICT DO NOTHING",
    digest,
    repository,
  );
}

/** Repositories that had a blob when it was last pulled or pushed. */
export function blobSources(store: Store, digest: Digest): string[] {
  return store
    .rows<{ repository: string }>(
      "SELECT repository FROM blob_sources WHERE digest = ? ORDER BY rowid",
      digest,
    )
    .map(({ repository }) => repository);
}

/** Seconds that an interrupted download is kept for the next pull of it. */
const KEPT = 7 * 24 * 3600;

/**
 * Removes blobs of layers that are gone, and interrupted downloads that are older than `seconds`. What another
 * process works on at this moment is left alone.
 */
export function sweepBlobs(store: Store, content: ContentStore, seconds = KEPT): void {
  const before = Math.floor(Date.now() / 1000) - seconds;
  const isOrphan = "diff_id NOT IN (SELECT diff_id FROM layers)";
  const orphans = store.rows<{ digest: Digest }>(`SELECT DISTINCT digest FROM layer_blobs WHERE ${isOrphan}`);
  for (const { digest } of orphans) {
    withFreeLock(store, digest, () => {
      const young = store.row("SELECT 1 FROM blobs WHERE digest = ? AND used >= ?", digest, before);
      if (young !== undefined) return;
      store.change(`DELETE FROM layer_blobs WHERE digest = ? AND ${isOrphan}`, digest);
      if (store.row("SELECT 1 FROM layer_blobs WHERE digest = ?", digest) !== undefined) return;
      store.change("DELETE FROM blob_sources WHERE digest = ?", digest);
      if (content.stat(digest) !== undefined) content.remove(digest);
    });
  }
  const folder = partialFolder(store);
  for (const name of namesIn(folder)) {
    withFreeLock(store, `sha256:${name}` as Digest, () => {
      const stat = statSync(join(folder, name), { throwIfNoEntry: false });
      if (stat !== undefined && stat.mtimeMs / 1000 < before + 1) rmSync(join(folder, name), { force: true });
    });
  }
}

/** Absolute paths of the files that {@link sweepBlobs} would remove now, however young. */
export function sweepableFiles(store: Store, content: ContentStore): string[] {
  const folder = partialFolder(store);
  const partial = namesIn(folder);
  const orphans = store.rows<{ digest: Digest }>(
    `SELECT digest FROM layer_blobs GROUP BY digest
     HAVING sum(diff_id IN (SELECT diff_id FROM layers)) = 0`,
  );
  return [
    ...orphans.flatMap(({ digest }) =>
      content.stat(digest) !== undefined && isFree(store, digest) ? [content.path(digest)] : [],
    ),
    ...partial.filter((name) => isFree(store, `sha256:${name}` as Digest)).map((name) => join(folder, name)),
  ];
}

function isFree(store: Store, digest: Digest): boolean {
  let free = false;
  withFreeLock(store, digest, () => {
    free = true;
  });
  return free;
}

/** As {@link sweepBlobs} for the blobs of layers that were just removed, however young. */
export function dropLayerBlobs(store: Store, content: ContentStore, diffIds: readonly DiffId[]): void {
  for (const diffId of diffIds) {
    if (store.row("SELECT 1 FROM layers WHERE diff_id = ?", diffId) !== undefined) continue;
    for (const { digest } of layerBlobs(store, diffId)) {
      withFreeLock(store, digest, () => {
        store.change("DELETE FROM layer_blobs WHERE digest = ? AND diff_id = ?", digest, diffId);
        if (store.row("SELECT 1 FROM layer_blobs WHERE digest = ?", digest) !== undefined) return;
        store.change("DELETE FROM blob_sources WHERE digest = ?", digest);
        if (content.stat(digest) !== undefined) content.remove(digest);
      });
    }
  }
}

function withFreeLock(store: Store, digest: Digest, section: () => void): void {
  const lock: Lock | undefined = tryLock(lockPath(store, { blob: digest }), { transient: true });
  if (lock === undefined) return;
  try {
    section();
  } finally {
    lock.release();
  }
}
