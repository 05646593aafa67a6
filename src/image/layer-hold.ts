import type { ChainId } from "../oci/index.ts";
import { HOLD_LEASE, type LayerHold, type LayerRecord } from "../snapshot/index.ts";
import { deadLeases, endLease, type Store, takeLease } from "../store/index.ts";
import type { ImageContext } from "./context.ts";

export type { LayerHold };

/** Holds the stack below `top`, which no image names (yet, or any more): it stays until {@link releaseLayers}, or until an image has it. */
export function keepLayers(store: Store, top: ChainId): LayerHold {
  return takeLease(store, HOLD_LEASE, top);
}

/** The stack has found its image: call it in the transaction that records it. */
export function dropHold(store: Store, hold: LayerHold): void {
  endLease(store, hold);
}

/** Collects the stack as far as nothing else needs it; returns the freed layers, top first. */
export async function releaseLayers(context: ImageContext, hold: LayerHold): Promise<LayerRecord[]> {
  return await context.layers.release(hold);
}

/** Collects what processes that died held. */
export async function repairLayers(context: ImageContext): Promise<void> {
  for (const hold of deadLeases(context.store, HOLD_LEASE)) await releaseLayers(context, hold);
}
