import type { CacheEntry } from "./cache-table.ts";
import type { CacheKey } from "./key.ts";

/** A step that an imported cache knows. */
export interface ImportedEntry {
  readonly entry: CacheEntry;
  /** Brings the layers of its stack here and the step into the cache; what is here is not fetched. */
  restore(): Promise<void>;
}

/** The steps of one `--cache-from`. */
export interface CacheImport {
  find(key: CacheKey): ImportedEntry | undefined;
  findQuick(quickKey: CacheKey): ImportedEntry | undefined;
}
