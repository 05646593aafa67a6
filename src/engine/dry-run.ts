import { freedBytes } from "../snapshot/index.ts";
import type { Rehearsal, Store } from "../store/index.ts";
import type { PruneReport } from "./engine.ts";

/** What a prune would remove, and what the disk would get back; nothing is changed. */
export function dryRun<T>(store: Store, rehearsal: Rehearsal<T>): PruneReport<T> {
  const { removed, reclaimed, folders } = store.rehearse(rehearsal);
  return { removed, reclaimed: reclaimed(), freed: freedBytes(folders) };
}
