import { isEngineError } from "../base/index.ts";
import { type Lease, type Store, takeLease } from "../store/index.ts";
import { volumeInUse } from "./errors.ts";
import type { Volume } from "./types.ts";
import { discardFolders, VOLUME_LEASE } from "./volume-folder.ts";
import { deleteVolume, findVolume, getVolume, usersOf } from "./volume-table.ts";

/** Removes the volume with its files. Throws `notFound` or, while a container uses it, `conflict`. */
export function removeVolume(store: Store, name: string): void {
  discardFolders(store, [forget(store, getVolume(store, name))]);
}

/** As {@link removeVolume}; false when it is gone or a container uses it. */
export function removeUnused(store: Store, name: string): boolean {
  try {
    removeVolume(store, name);
    return true;
  } catch (error) {
    if (isEngineError(error, "notFound") || isEngineError(error, "conflict")) return false;
    throw error;
  }
}

/**
 * Unties all volumes of a container; with `removeAnonymous` those that it was not given by name, that have none of
 * their own and that nobody else uses vanish. Call the
 * returned function after the transaction that this was part of: it removes their files.
 */
export function releaseVolumes(
  store: Store,
  container: string,
  { removeAnonymous }: { readonly removeAnonymous: boolean },
): () => void {
  const used = store.rows<{ volume: string }>(
    "SELECT volume FROM volume_uses WHERE container = ? AND named = 0",
    container,
  );
  store.change("DELETE FROM volume_uses WHERE container = ?", container);
  const removed: Lease[] = [];
  for (const { volume } of removeAnonymous ? used : []) {
    const found = findVolume(store, volume);
    if (found?.anonymous && usersOf(store, volume).length === 0) removed.push(forget(store, found));
  }
  return () => discardFolders(store, removed);
}

function forget(store: Store, { name }: Volume): Lease {
  return store.transaction(() => {
    const users = usersOf(store, name);
    if (users.length > 0) throw volumeInUse(name, users);
    deleteVolume(store, name);
    return takeLease(store, VOLUME_LEASE, name);
  });
}
