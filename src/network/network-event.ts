import { recordEvent, type Store } from "../store/index.ts";
import type { NetworkRecord } from "./types.ts";

/** Records what happened to a network, or to a container on it. */
export function networkEvent(
  store: Store,
  action: "create" | "connect" | "disconnect" | "destroy",
  { id, name, driver }: Pick<NetworkRecord, "id" | "name" | "driver">,
  container?: string,
): void {
  recordEvent(store, {
    type: "network",
    action,
    actor: id,
    attributes: { name, type: driver, ...(container === undefined ? {} : { container }) },
  });
}
