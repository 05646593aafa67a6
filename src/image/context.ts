import type { Layers } from "../snapshot/index.ts";
import type { Store } from "../store/index.ts";

/** What the operations of this room work on. */
export interface ImageContext {
  readonly store: Store;
  readonly layers: Layers;
}
