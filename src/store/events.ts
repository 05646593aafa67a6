import { nowNs } from "../base/index.ts";
import type { Store } from "./store.ts";

/** Something that happened to an object; Docker's event types and actions. */
export interface EngineEvent {
  readonly type: "container" | "image" | "volume" | "network" | "daemon" | "builder";
  readonly action: string;
  /** ID or name of the object. */
  readonly actor: string;
  readonly attributes: Readonly<Record<string, string>>;
}

/** An event with its place in the order and its time. */
export interface RecordedEvent extends EngineEvent {
  readonly seq: number;
  /** Nanoseconds since the epoch. */
  readonly time: bigint;
}

const KEPT = 10_000;

/** Records an event; call it in the transaction of the change it tells of. */
export function recordEvent(store: Store, event: EngineEvent): void {
  const { type, action, actor, attributes } = event;
  store.change(
    "INSERT INTO events(time, type, action, actor, attributes) VALUES (?,?,?,?,?)",
    nowNs(),
    type,
    action,
    actor,
    JSON.stringify(attributes),
  );
  const { seq } = store.row<{ seq: number }>("SELECT max(seq) AS seq FROM events") ?? { seq: 0 };
  if (seq % 1000 === 0) store.change("DELETE FROM events WHERE seq <= ?", seq - KEPT);
}

/** Events after `seq`, oldest first. */
export function eventsAfter(store: Store, seq: number): RecordedEvent[] {
  interface Row {
    readonly seq: number;
    readonly time: string;
    readonly type: EngineEvent["type"];
    readonly action: string;
    readonly actor: string;
    readonly attributes: string;
  }
  return store
    .rows<Row>(
      "SELECT seq, CAST(time AS TEXT) AS time, type, action, actor, attributes FROM events WHERE seq > ? ORDER BY seq",
      seq,
    )
    .map((row) => ({
      ...row,
      time: BigInt(row.time),
      attributes: JSON.parse(row.attributes) as Record<string, string>,
    }));
}
