import type { Lease } from "../store/index.ts";

/**
 * Keeps a stack of layers that nothing needs yet, or any more, from being collected by others. When its
 * process dies, a repair collects the stack.
 */
export type LayerHold = Lease;

/** Kind of the leases that are holds; the path is the chainID. */
export const HOLD_LEASE = "image-layers";
