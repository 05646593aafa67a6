import type { ChainId } from "../oci/index.ts";
import type { Store } from "../store/index.ts";
import { layerMissing, snapshotMissing } from "./errors.ts";
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

/** Records a snapshot; from then on its parent stays. Throws `notFound` when that was removed meanwhile. */
export function insertSnapshot(store: Store, row: SnapshotRow): void {
  const sql = `INSERT INTO snapshots(key, driver, parent, folder) SELECT ?1, ?2, ?3, ?4
    WHERE ?3 IS NULL OR EXISTS (SELECT 1 FROM layers WHERE chain_id = ?3)`;
  const { key, driver, parent, folder } = row;
  if (store.change(sql, key, driver, parent ?? null, folder) === 0 && parent !== undefined) {
    throw layerMissing(parent);
  }
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
