import type { ImageTable } from "../image/index.ts";
import type { Networks } from "../network/index.ts";
import type { CredentialSource, Registry } from "../registry/index.ts";
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
  /** The registries that base images and caches come from, with what proves who asks. */
  readonly registry: (credentials: CredentialSource | undefined) => Promise<Registry>;
}
