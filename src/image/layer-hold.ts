import type { ChainId } from "../oci/index.ts";
import type { LayerRecord } from "../snapshot/index.ts";
import { deadLeases, endLease, type Lease, type Store, takeLease } from "../store/index.ts";
import type { ImageContext } from "./context.ts";

/** A stack of layers that no image names (yet, or any more): if this process dies, {@link repairLayers} collects it. */
export type LayerHold = Lease;

const KIND = "image-layers";

/** Notes that the stack below `top` must be collected unless {@link dropHold} is called. */
export function keepLayers(store: Store, top: ChainId): LayerHold {
  return takeLease(store, KIND, top);
}

/** The stack has found its image: call it in the transaction that records it. */
export function dropHold(store: Store, hold: LayerHold): void {
  endLease(store, hold);
}

/** Collects the stack as far as nothing else needs it; returns the freed layers, top first. */
export async function releaseLayers(context: ImageContext, hold: LayerHold): Promise<LayerRecord[]> {
  const top = hold.path as ChainId;
  const freed = context.layers.get(top) === undefined ? [] : await context.layers.collect(top);
  endLease(context.store, hold);
  return freed;
}

/** Collects what processes that died held. */
export async function repairLayers(context: ImageContext): Promise<void> {
  for (const hold of deadLeases(context.store, KIND)) await releaseLayers(context, hold);
}
