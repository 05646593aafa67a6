import { type CallOptions, EngineError } from "../base/index.ts";
import { eventsAfter, type RecordedEvent, type Store } from "../store/index.ts";
import { type Filters, labelMatches } from "./filters.ts";
import { ringOnStoreChange } from "./wait.ts";

/** Which events to give. Times in nanoseconds since the epoch. */
export interface EventRequest extends CallOptions {
  /** Only what comes from now on if not given. */
  readonly since?: bigint;
  /** No end if not given. */
  readonly until?: bigint;
  readonly filters?: Filters;
}

const BY_ACTOR = new Set(["container", "image", "volume", "network", "daemon"]);
const KEYS = new Set([
  ...BY_ACTOR,
  "type",
  "event",
  "label",
  "scope",
  "config",
  "node",
  "plugin",
  "secret",
  "service",
]);

/** Events of all processes that use the store, oldest first, until `until` has passed or the call is aborted. */
export async function* readEvents(store: Store, request: EventRequest): AsyncGenerator<RecordedEvent> {
  checkRange(request);
  const wanted = eventFilter(request.filters ?? {});
  const left = new AbortController();
  const stop = stopSignal(request, left.signal);
  const bell = ringOnStoreChange(store, stop);
  let seq = request.since === undefined ? lastSeq(store) : 0;
  try {
    for (;;) {
      const over = stop.aborted;
      const changed = bell.next();
      for (const event of eventsAfter(store, seq)) {
        seq = event.seq;
        if (request.until !== undefined && event.time > request.until) return;
        if (event.time >= (request.since ?? 0n) && wanted(event)) yield event;
      }
      if (over) return;
      await changed;
    }
  } finally {
    left.abort();
    bell.close();
  }
}

function checkRange({ since, until }: EventRequest): void {
  if (since === undefined || until === undefined || since <= until) return;
  const seconds = (time: bigint) => time / 1_000_000_000n;
  throw new EngineError(
    "invalidArgument",
    `\`since\` time (${seconds(since)}) cannot be after \`until\` time (${seconds(until)})`,
  );
}

function lastSeq(store: Store): number {
  return store.row<{ seq: number | null }>("SELECT max(seq) AS seq FROM events")?.seq ?? 0;
}

const LONGEST_TIMER_MS = 2 ** 31 - 1;

function stopSignal({ signal, until }: EventRequest, left: AbortSignal): AbortSignal {
  const signals = signal === undefined ? [] : [signal];
  if (until === undefined) return AbortSignal.any([...signals]);
  const ms = Number(until / 1_000_000n) - Date.now();
  if (ms <= 0) return AbortSignal.abort();
  const timer = new AbortController();
  const handle = setTimeout(() => timer.abort(), Math.min(ms, LONGEST_TIMER_MS));
  left.addEventListener("abort", () => clearTimeout(handle));
  return AbortSignal.any([...signals, timer.signal]);
}

function eventFilter(filters: Filters): (event: RecordedEvent) => boolean {
  for (const key of Object.keys(filters)) {
    if (!KEYS.has(key)) throw new EngineError("invalidArgument", `invalid filter '${key}'`);
  }
  return (event) => Object.entries(filters).every(([key, values]) => matches(event, key, values));
}

function matches(event: RecordedEvent, key: string, values: readonly string[]): boolean {
  if (key === "type") return values.includes(event.type);
  if (key === "event")
    return values.some((value) => event.action === value || event.action.startsWith(`${value}:`));
  if (key === "label") return values.every((value) => labelMatches(event.attributes, value));
  if (key === "scope") return values.includes("local");
  if (!BY_ACTOR.has(key)) return false;
  const { name = "", image = "" } = event.attributes;
  if (key === "image" && event.type !== "image")
    return values.some((value) => image === value || image.split(":")[0] === value);
  if (key !== event.type) return false;
  return values.some(
    (value) =>
      event.actor === value ||
      (value !== "" && (name.startsWith(value) || event.actor.replace(/^sha256:/, "").startsWith(value))),
  );
}
