import { rm } from "node:fs/promises";
import type { ChainId } from "../oci/index.ts";
import { endLease, type Lease, type Store, takeLease } from "../store/index.ts";
import type { LayerHold } from "./hold-layers.ts";
import { deleteLayer, findLayer, isLayerNeeded, layerFolder, type StoredLayer } from "./layer-table.ts";
import { deleteSnapshot, findSnapshot } from "./snapshot-table.ts";
import { LAYER_LEASE } from "./stage-layer.ts";

/** A layer without a record any more: the lease names its folder, which is garbage. */
export interface DroppedLayer {
  readonly layer: StoredLayer;
  readonly lease: Lease;
}

/** Removes the layers of a stack that nothing needs; returns them, top first. */
export async function collectLayers(store: Store, top: ChainId, ending?: LayerHold): Promise<StoredLayer[]> {
  if (ending === undefined && isLayerNeeded(store, top)) return [];
  const dropped = store.transaction(() => dropLayers(store, top, ending));
  for (const { lease } of dropped) {
    await rm(lease.path, { recursive: true, force: true });
    endLease(store, lease);
  }
  return dropped.map(({ layer }) => layer);
}

/** The database's part of {@link collectLayers}. Call it in a transaction. */
export function dropLayers(store: Store, top: ChainId, ending?: LayerHold): DroppedLayer[] {
  if (ending !== undefined) endLease(store, ending);
  const dropped: DroppedLayer[] = [];
  for (let chainId: ChainId | undefined = top; chainId !== undefined; ) {
    const layer: StoredLayer | undefined = findLayer(store, chainId);
    if (layer === undefined || isLayerNeeded(store, chainId)) break;
    // From here on the folder is garbage: whoever comes after a crash removes it.
    const lease = takeLease(store, LAYER_LEASE, layerFolder(store, layer.id));
    deleteLayer(store, chainId);
    dropped.push({ layer, lease });
    chainId = layer.parent;
  }
  return dropped;
}

/** Drops a snapshot's record and those of the layers that only it still needed. Call it in a transaction. */
export function dropSnapshot(store: Store, key: string): DroppedLayer[] {
  const parent = findSnapshot(store, key)?.parent;
  deleteSnapshot(store, key);
  return parent === undefined ? [] : dropLayers(store, parent);
}
