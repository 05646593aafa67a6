import { mkdirSync, rmSync } from "node:fs";
import { join } from "node:path";
import { newId } from "../base/index.ts";
import { deadLeases, endLease, type Store, takeLease } from "../store/index.ts";

const KIND = "image-folder";

/** Runs `section` with a new folder below the store's `tmp`, which is gone afterwards, even after a crash and a {@link repairFolders}. */
export async function inWorkFolder<T>(store: Store, section: (folder: string) => Promise<T>): Promise<T> {
  const folder = join(store.root, "tmp", newId().slice(0, 16));
  const lease = takeLease(store, KIND, folder);
  try {
    // Others may pass through: apt fetches as a user of its own.
    mkdirSync(folder, { recursive: true, mode: 0o711 });
    return await section(folder);
  } finally {
    rmSync(folder, { recursive: true, force: true });
    endLease(store, lease);
  }
}

/** Removes the folders of processes that died. */
export function repairFolders(store: Store): void {
  for (const lease of deadLeases(store, KIND)) {
    rmSync(lease.path, { recursive: true, force: true });
    endLease(store, lease);
  }
}
