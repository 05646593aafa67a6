import type { RecordedEvent } from "../../engine/index.ts";
import { type GoValue, goTyped } from "../../template/index.ts";
import { eventType } from "./system-type.ts";

/** An item of `GET /events`, with the older names of containers' and images' events. */
export function toEvent({ type, action, actor, attributes, time }: RecordedEvent): GoValue {
  const older = type === "container" || type === "image";
  return goTyped(eventType, {
    status: older ? action : undefined,
    id: older ? actor : undefined,
    from: type === "container" ? attributes.image : undefined,
    Type: type,
    Action: action,
    Actor: { ID: actor, Attributes: attributes },
    scope: "local",
    time: time / 1_000_000_000n,
    timeNano: time,
  });
}
