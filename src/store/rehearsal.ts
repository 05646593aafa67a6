/** What a prune would do, found by doing it to the records alone. */
export interface Rehearsed<T> {
  /** What would go, in the order of the real thing. */
  readonly removed: readonly T[];
  /** Bytes that the real thing would report. To be called after the rehearsal, which keeps others from writing. */
  readonly reclaimed: () => number;
  /** Absolute paths of the folders and files that would go with it. */
  readonly folders: readonly string[];
}

/** Removes records as the real thing would, and nothing but records: only for `rehearse` of a store. */
export type Rehearsal<T> = () => Rehearsed<T>;
