export { type EngineEvent, eventsAfter, type RecordedEvent, recordEvent } from "./events.ts";
export { bootId, deadLeases, endLease, type Lease, listLeases, takeLease } from "./leases.ts";
export type { Rehearsal, Rehearsed } from "./rehearsal.ts";
export { openStore, type Store, type Value } from "./store.ts";
