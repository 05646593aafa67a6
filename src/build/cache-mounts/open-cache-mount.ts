import { closeSync, mkdirSync, openSync } from "node:fs";
import { rm } from "node:fs/promises";
import { newId, throwIfAborted } from "../../base/index.ts";
import { acquireLock, isErrno, type Lock } from "../../host/index.ts";
import { endLease, type Lease, type Store, takeLease } from "../../store/index.ts";
import type { CacheMount } from "../graph/definition.ts";
import {
  type CacheFolder,
  cacheFiles,
  cacheHome,
  cacheLock,
  deleteCacheFolder,
  insertCacheFolder,
  listCacheFolders,
  useCacheFolder,
} from "./cache-mount-table.ts";
import { tryCacheLock } from "./try-cache-lock.ts";

/** Kind of the leases on caches that are being made or removed; the path is the cache's ID. */
export const CACHE_LEASE = "cache-mount";

/** What is asked of {@link openCacheMount}. */
export interface CacheRequest {
  readonly key: string;
  readonly sharing: CacheMount["sharing"];
  readonly description: string;
  /** Puts into the empty folder `files` what a new cache begins with. */
  readonly fill: (files: string) => void | Promise<void>;
  readonly signal: AbortSignal;
  /** Called when a step of this or another build has to be waited for. */
  readonly onWait?: () => void;
}

/** A cache that is in use until it is released, or this process dies. */
export interface OpenCache {
  readonly files: string;
  release(): void;
}

/**
 * Opens the cache of a key, made at first: `shared` with all who share, `locked` in turn, `private` one that nobody
 * else uses now. Waits in turn with processes of other builds; `cancelled` when the signal ends the wait.
 */
export async function openCacheMount(store: Store, request: CacheRequest): Promise<OpenCache> {
  for (;;) {
    throwIfAborted({ signal: request.signal });
    const known = listCacheFolders(store, request.key);
    const held =
      request.sharing === "private" ? takeFree(store, known) : await takeFirst(store, known, request);
    if (held === undefined) {
      await makeCache(store, request, freeSlot(request, known));
    } else if (useCacheFolder(store, held.id, Date.now())) {
      return { files: cacheFiles(store, held.id), release: () => held.lock.release() };
    } else {
      // It was removed between the look and the lock.
      held.lock.release();
    }
  }
}

interface Held {
  readonly id: string;
  readonly lock: Lock;
}

function takeFree(store: Store, known: readonly CacheFolder[]): Held | undefined {
  for (const { id } of known) {
    const lock = tryCacheLock(cacheLock(store, id));
    if (lock !== undefined) return { id, lock };
  }
  return undefined;
}

async function takeFirst(
  store: Store,
  known: readonly CacheFolder[],
  { sharing, signal, onWait }: CacheRequest,
): Promise<Held | undefined> {
  const first = known.find(({ slot }) => slot === 0);
  if (first === undefined) return undefined;
  try {
    const shared = sharing === "shared";
    const lock = await acquireLock(cacheLock(store, first.id), { shared, signal, onWait });
    return { id: first.id, lock };
  } catch (error) {
    if (!isErrno(error, "ENOENT")) throw error;
    // Its folder was removed: its row is good for nothing.
    deleteCacheFolder(store, first.id);
    return undefined;
  }
}

function freeSlot({ sharing }: CacheRequest, known: readonly CacheFolder[]): number {
  if (sharing !== "private") return 0;
  let slot = 0;
  while (known.some((each) => each.slot === slot)) slot++;
  return slot;
}

async function makeCache(store: Store, request: CacheRequest, slot: number): Promise<void> {
  const id = newId().slice(0, 24);
  const now = Date.now();
  const lease = takeLease(store, CACHE_LEASE, id);
  mkdirSync(cacheFiles(store, id), { recursive: true, mode: 0o711 });
  closeSync(openSync(cacheLock(store, id), "wx", 0o600));
  try {
    await request.fill(cacheFiles(store, id));
    const { key, description } = request;
    const made = store.transaction(() => {
      const inserted = insertCacheFolder(store, {
        id,
        key,
        slot,
        description,
        created: now,
        lastUsed: 0,
        uses: 0,
      });
      if (inserted) endLease(store, lease);
      return inserted;
    });
    if (!made) await dropCache(store, lease);
  } catch (error) {
    await dropCache(store, lease);
    throw error;
  }
}

/** Removes the files of a cache that a lease names, and ends the lease. */
export async function dropCache(store: Store, lease: Lease): Promise<void> {
  await rm(cacheHome(store, lease.path), { recursive: true, force: true });
  endLease(store, lease);
}
