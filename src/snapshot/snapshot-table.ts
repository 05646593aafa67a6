import type { ChainId } from "../oci/index.ts";
import type { Store } from "../store/index.ts";
import { snapshotMissing } from "./errors.ts";
import { layerFiles, readStack } from "./layer-table.ts";

export type SnapshotDriver = "overlay" | "copy";

/** A writable snapshot as recorded. */
export interface SnapshotRow {
  readonly key: string;
  readonly driver: SnapshotDriver;
  readonly parent: ChainId | undefined;
  readonly folder: string;
}

interface Raw {
  readonly key: string;
  readonly driver: SnapshotDriver;
  readonly parent: string | null;
  readonly folder: string;
}

export function findSnapshot(store: Store, key: string): SnapshotRow | undefined {
  const row = store.row<Raw>("SELECT * FROM snapshots WHERE key = ?", key);
  return row === undefined ? undefined : toRow(row);
}

/** Throws `notFound` when there is none. */
export function getSnapshot(store: Store, key: string): SnapshotRow {
  const found = findSnapshot(store, key);
  if (found === undefined) throw snapshotMissing(key);
  return found;
}

export function listSnapshots(store: Store, driver: SnapshotDriver): SnapshotRow[] {
  return store.rows<Raw>("SELECT * FROM snapshots WHERE driver = ? ORDER BY key", driver).map(toRow);
}

export function insertSnapshot(store: Store, row: SnapshotRow): void {
  store.change(
    "INSERT INTO snapshots(key, driver, parent, folder) VALUES (?,?,?,?)",
    row.key,
    row.driver,
    row.parent ?? null,
    row.folder,
  );
}

export function deleteSnapshot(store: Store, key: string): void {
  store.change("DELETE FROM snapshots WHERE key = ?", key);
}

/** Folders of the layers below a snapshot, top first; without the init layer. */
export function lowerFolders(store: Store, parent: ChainId | undefined): string[] {
  return readStack(store, parent)
    .map(({ id }) => layerFiles(store, id))
    .reverse();
}

function toRow(row: Raw): SnapshotRow {
  return { ...row, parent: (row.parent ?? undefined) as ChainId | undefined };
}
