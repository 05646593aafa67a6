import { rm } from "node:fs/promises";
import { listMounts, unmount } from "../../host/index.ts";
import { deadLeases, endLease } from "../../store/index.ts";
import type { RoomContext } from "../room-context.ts";
import { removeStaleLocks } from "./key-lock.ts";

/** Kind of the leases on the work folders of builds; the path is the folder. */
export const WORK_LEASE = "build-folder";

/** Removes a work folder with what is mounted below it and the snapshots whose files are in it. Idempotent. */
export async function removeWorkFolder({ layers }: RoomContext, folder: string): Promise<void> {
  const below = `${folder}/`;
  const mounts = listMounts()
    .map(({ target }) => target)
    .filter((target) => target === folder || target.startsWith(below));
  for (const target of mounts.reverse()) unmount(target, { detach: true });
  for (const snapshot of layers.snapshots.list()) {
    const inside = snapshot.folder === folder || snapshot.folder.startsWith(below);
    if (inside) await layers.removeSnapshot(snapshot.key);
  }
  await rm(folder, { recursive: true, force: true });
}

/** Removes the work folders of builds that died, and their locks. Costs one query when there are none. */
export async function repairWorkFolders(context: RoomContext): Promise<void> {
  const dead = deadLeases(context.store, WORK_LEASE);
  for (const lease of dead) {
    await removeWorkFolder(context, lease.path);
    endLease(context.store, lease);
  }
  if (dead.length > 0) removeStaleLocks(context.store);
}
