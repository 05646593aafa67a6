import { renameSync } from "node:fs";
import { errnoOf } from "../base/index.ts";
import { type Store, takeLease } from "../store/index.ts";
import { hasDevice } from "./mount-device.ts";
import { isInUse, withMounted } from "./mount-volume.ts";
import type { Volume } from "./types.ts";
import { discardFolders, isEmptyVolume, makeStaged, stagedName, VOLUME_LEASE } from "./volume-folder.ts";

/**
 * Gives the volume the files that `fill` puts into the empty folder that it is given, unless it has files already.
 * They come all at once or not at all, so that a volume that is left half full is never taken for one with data. Only
 * a device, and a volume that containers run with, are filled in their place. The volume must be tied to a container.
 */
export async function fillVolume(
  store: Store,
  volume: Volume,
  fill: (folder: string) => Promise<void>,
): Promise<void> {
  if (!hasDevice(volume) && !isInUse(store, volume.name)) {
    if (!isEmptyVolume(volume)) return;
    if (await fillAside(store, volume, fill)) return;
  }
  await withMounted(store, volume, async () => {
    if (isEmptyVolume(volume)) await fill(volume.path);
  });
}

/** False when a container has begun to run with the volume meanwhile: it would not see a folder that takes its place. */
async function fillAside(
  store: Store,
  { name, path }: Volume,
  fill: (folder: string) => Promise<void>,
): Promise<boolean> {
  const staged = stagedName();
  const lease = takeLease(store, VOLUME_LEASE, staged);
  try {
    const folder = makeStaged(store, staged);
    await fill(folder);
    return store.transaction(() => !isInUse(store, name) && takePlace(folder, path));
  } finally {
    discardFolders(store, [lease]);
  }
}

/** Puts a folder in the place of an empty one, and lets one that has got files be; false where a mount holds the place. */
function takePlace(folder: string, path: string): boolean {
  try {
    renameSync(folder, path);
  } catch (error) {
    const errno = errnoOf(error) ?? "";
    if (["EBUSY", "EXDEV"].includes(errno)) return false;
    if (!["ENOTEMPTY", "EEXIST"].includes(errno)) throw error;
  }
  return true;
}
