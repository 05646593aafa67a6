export { type EngineEvent, eventsAfter, type RecordedEvent, recordEvent } from "./events.ts";
export { bootId, deadLeases, endLease, type Lease, takeLease } from "./leases.ts";
export { openStore, type Store, type Value } from "./store.ts";
