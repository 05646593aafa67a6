import type { BuildRoom } from "../../build/index.ts";
import type { Containers } from "../../container/index.ts";
import type { ContentStore } from "../../content/index.ts";
import type { ImageTable } from "../../image/index.ts";
import type { Networks } from "../../network/index.ts";
import type { Runtime } from "../../runtime/index.ts";
import type { Layers } from "../../snapshot/index.ts";
import type { Store } from "../../store/index.ts";
import type { Volumes } from "../../volume/index.ts";

/** The rooms that the system's answers are put together from. */
export interface Rooms {
  readonly store: Store;
  readonly content: ContentStore;
  readonly layers: Layers;
  readonly images: ImageTable;
  readonly networks: Networks;
  readonly volumes: Volumes;
  readonly containers: Containers;
  readonly builds: BuildRoom;
  /** Picks the OCI runtime; an empty name means the default. */
  readonly runtime: (name: string) => Runtime;
}
