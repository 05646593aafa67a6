import { self } from "../host/index.ts";
import type { Store } from "../store/index.ts";

/** Callbacks by which a container's life goes on without a daemon. */
export type InternalName = "exited" | "exec-exited" | "attend";

/** The words that call this program back for `id`, on the same store whatever the environment then is. */
export function internalCommand(store: Store, name: InternalName, id: string): readonly string[] {
  return [...self(), "internal", name, store.root, store.run, id];
}
