import { existsSync, mkdirSync, readdirSync, renameSync, rmSync } from "node:fs";
import { join } from "node:path";
import { newId } from "../base/index.ts";
import { endLease, type Lease, type Store } from "../store/index.ts";
import { folderGone } from "./errors.ts";
import { unmountDevice } from "./mount-device.ts";
import type { Volume } from "./types.ts";
import { findVolume } from "./volume-table.ts";

/** Kind of the leases on folders of volumes that are being made or removed; the path is the folder's name. */
export const VOLUME_LEASE = "volume";

const DATA = "_data";

/** The folder of all volumes. */
export function volumesFolder(store: Store): string {
  return join(store.root, "volumes");
}

/** Where the files of a volume are. */
export function dataPath(store: Store, name: string): string {
  return join(volumesFolder(store), name, DATA);
}

/** Makes the folder of a new volume; call it in the transaction that records it. */
export function makeFolder(store: Store, name: string): void {
  moveAway(store, name);
  mkdirSync(dataPath(store, name), { recursive: true, mode: 0o755 });
}

/** A name for a folder that becomes a volume when it is whole. */
export function stagedName(): string {
  return `.new-${newId().slice(0, 12)}`;
}

/** Makes the folder that is filled under a {@link stagedName}; hold a lease on that name. */
export function makeStaged(store: Store, staged: string): string {
  const folder = dataPath(store, staged);
  mkdirSync(folder, { recursive: true, mode: 0o755 });
  return folder;
}

/** Gives a folder that was filled beforehand its final name; call it in the transaction that records the volume. */
export function placeFolder(store: Store, from: string, name: string): void {
  moveAway(store, name);
  renameSync(join(volumesFolder(store), from), join(volumesFolder(store), name));
}

/** Removes folders that no record names, and ends the leases on them. */
export function discardFolders(store: Store, leases: readonly Lease[]): void {
  for (const lease of leases) {
    store.transaction(() => {
      if (findVolume(store, lease.path) === undefined) moveAway(store, lease.path);
    });
    emptyTrash(store, lease.path);
    endLease(store, lease);
  }
}

/** Throws `notFound` when somebody removed the volume's folder. */
export function checkFolder(volume: Pick<Volume, "name" | "path">): void {
  if (!existsSync(volume.path)) throw folderGone(volume);
}

/** True when the volume's folder holds nothing. Throws as {@link checkFolder} does. */
export function isEmptyVolume(volume: Pick<Volume, "name" | "path">): boolean {
  checkFolder(volume);
  return readdirSync(volume.path).length === 0;
}

/** What an older volume of that name left there must not become part of a new one. */
function moveAway(store: Store, name: string): void {
  const folder = join(volumesFolder(store), name);
  if (!existsSync(folder)) return;
  // Two that are being removed must not meet in one folder.
  emptyTrash(store, name);
  renameSync(folder, trashFolder(store, name));
}

function emptyTrash(store: Store, name: string): void {
  const trash = trashFolder(store, name);
  // Before anything is deleted: what is mounted there belongs to somebody else.
  unmountDevice(join(trash, DATA));
  rmSync(trash, { recursive: true, force: true });
}

function trashFolder(store: Store, name: string): string {
  // Not the name itself, which may be as long as a name can be.
  return join(volumesFolder(store), `.removed-${Bun.hash(name).toString(36)}`);
}
