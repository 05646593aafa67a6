import type { CallOptions } from "../base/index.ts";
import type { Image, ImageTable } from "../image/index.ts";
import type { Networks } from "../network/index.ts";
import type { Platform } from "../oci/index.ts";
import type { Registry } from "../registry/index.ts";
import type { Runtime } from "../runtime/index.ts";
import type { Layers } from "../snapshot/index.ts";
import type { Store } from "../store/index.ts";

/** What the build room stands on; one for each open engine. */
export interface RoomContext {
  readonly store: Store;
  readonly layers: Layers;
  readonly images: ImageTable;
  readonly networks: Networks;
  /** Picks the OCI runtime; an empty name means the default. */
  readonly runtime: (name: string) => Runtime;
  /** Pulls an image, for steps that name one which is not in the store; undefined where nothing can be pulled. */
  readonly fetchImage?:
    | ((reference: string, platform: Platform, options: CallOptions) => Promise<Image>)
    | undefined;
  /** The registries, for caches; undefined where none can be reached. */
  readonly registry?: (() => Promise<Registry>) | undefined;
}
