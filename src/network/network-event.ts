import { recordEvent, type Store } from "../store/index.ts";
import type { NetworkRecord } from "./types.ts";

const CONTAINER_ID = /^[0-9a-f]{64}$/;

/** Records what happened to a network, or to a container on it; a build's step on it is nothing that others can look up. */
export function networkEvent(
  store: Store,
  action: "create" | "connect" | "disconnect" | "destroy",
  { id, name, driver }: Pick<NetworkRecord, "id" | "name" | "driver">,
  container?: string,
): void {
  if (container !== undefined && !CONTAINER_ID.test(container)) return;
  recordEvent(store, {
    type: "network",
    action,
    actor: id,
    attributes: { name, type: driver, ...(container === undefined ? {} : { container }) },
  });
}
