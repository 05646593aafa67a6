import { join } from "node:path";
import type { ChainId, DiffId } from "../oci/index.ts";
import type { Store } from "../store/index.ts";
import { layerMissing } from "./errors.ts";
import { HOLD_LEASE } from "./hold-layers.ts";
import type { LayerRecord } from "./types.ts";

interface LayerRow {
  readonly chain_id: string;
  readonly id: string;
  readonly diff_id: string;
  readonly parent: string | null;
  readonly size: number;
  readonly tar_size: number;
}

/** A layer record with what only this room needs. */
export interface StoredLayer extends LayerRecord {
  /** Length of its tar. */
  readonly tarSize: number;
}

/** Absolute path of a layer's folder; its files are in `fs` below it. */
export function layerFolder(store: Store, id: string): string {
  return join(store.root, "layers", id);
}

export function layerFiles(store: Store, id: string): string {
  return join(store.root, "layers", id, "fs");
}

export function findLayer(store: Store, chainId: ChainId): StoredLayer | undefined {
  const row = store.row<LayerRow>("SELECT * FROM layers WHERE chain_id = ?", chainId);
  return row === undefined ? undefined : toLayer(row);
}

/** All layers of a stack, bottom first. Throws `notFound` when one is missing. */
export function readStack(store: Store, chainId: ChainId | undefined): StoredLayer[] {
  if (chainId === undefined) return [];
  const rows = store.rows<LayerRow>(
    `WITH RECURSIVE stack(chain, depth) AS (
       SELECT ?, 0 UNION ALL
       SELECT layers.parent, depth + 1 FROM layers JOIN stack ON chain_id = chain WHERE layers.parent IS NOT NULL)
     SELECT layers.* FROM stack JOIN layers ON chain_id = chain ORDER BY depth DESC`,
    chainId,
  );
  if (rows.length === 0) throw layerMissing(chainId);
  return rows.map(toLayer);
}

/** Every layer, in the order in which they came. */
export function listLayers(store: Store): StoredLayer[] {
  return store.rows<LayerRow>("SELECT * FROM layers ORDER BY rowid").map(toLayer);
}

/** Records a layer; false when the chain is there already. */
export function insertLayer(store: Store, layer: StoredLayer): boolean {
  const { chainId, id, diffId, parent, size, tarSize } = layer;
  const sql =
    "INSERT INTO layers(chain_id, id, diff_id, parent, size, tar_size) VALUES (?,?,?,?,?,?) ON CONFLICT(chain_id) DO NOTHING";
  return store.change(sql, chainId, id, diffId, parent ?? null, size, tarSize) === 1;
}

/** True when an image, a layer above, a snapshot or the build cache stands on the layer, or somebody holds it. */
export function isLayerNeeded(store: Store, chainId: ChainId): boolean {
  const sql = `SELECT EXISTS (SELECT 1 FROM images WHERE top = ?1)
    OR EXISTS (SELECT 1 FROM layers WHERE parent = ?1)
    OR EXISTS (SELECT 1 FROM snapshots WHERE parent = ?1)
    OR EXISTS (SELECT 1 FROM build_cache WHERE chain_id = ?1)
    OR EXISTS (SELECT 1 FROM leases WHERE kind = ?2 AND path = ?1) AS needed`;
  return store.row<{ needed: number }>(sql, chainId, HOLD_LEASE)?.needed === 1;
}

/** True when no image, layer or step of the build cache stands on the layer and one snapshot at most does. */
export function isLastUse(store: Store, chainId: ChainId): boolean {
  const sql = `SELECT NOT EXISTS (SELECT 1 FROM images WHERE top = ?1)
    AND NOT EXISTS (SELECT 1 FROM layers WHERE parent = ?1)
    AND NOT EXISTS (SELECT 1 FROM build_cache WHERE chain_id = ?1)
    AND (SELECT count(*) FROM snapshots WHERE parent = ?1) < 2 AS last`;
  return store.row<{ last: number }>(sql, chainId)?.last === 1;
}

export function deleteLayer(store: Store, chainId: ChainId): void {
  store.change("DELETE FROM layers WHERE chain_id = ?", chainId);
}

function toLayer(row: LayerRow): StoredLayer {
  return {
    id: row.id,
    chainId: row.chain_id as ChainId,
    diffId: row.diff_id as DiffId,
    parent: (row.parent ?? undefined) as ChainId | undefined,
    size: row.size,
    tarSize: row.tar_size,
  };
}
