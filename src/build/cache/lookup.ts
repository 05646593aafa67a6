import type { ChainId } from "../../oci/index.ts";
import type { RoomContext } from "../room-context.ts";
import { type CacheEntry, findEntry, findQuickEntry } from "./cache-table.ts";
import type { CacheImport, ImportedEntry } from "./import.ts";
import type { CacheKey } from "./key.ts";

/** A cached step, with what brings its files here when they are not. */
export interface Cached {
  readonly entry: CacheEntry;
  readonly restore: (() => Promise<void>) | undefined;
}

/** The real key, once it is known, and the quick one, where there is one. */
export interface Keys {
  readonly key?: CacheKey;
  readonly quickKey: CacheKey | undefined;
}

/** Looks a step up, in the store first and then in what was imported. Its layers are held from then on. */
export function findCached(
  context: Pick<RoomContext, "store" | "layers"> & { hold(chainId: ChainId): void },
  imports: readonly CacheImport[],
  { key, quickKey }: Keys,
): Cached | undefined {
  const { store, layers, hold } = context;
  const here = store.transaction(() => {
    const entry =
      key !== undefined
        ? findEntry(store, key)
        : quickKey === undefined
          ? undefined
          : findQuickEntry(store, quickKey);
    if (entry === undefined || layers.get(entry.chainId) === undefined) return undefined;
    hold(entry.chainId);
    return entry;
  });
  if (here !== undefined) return { entry: here, restore: undefined };
  for (const each of imports) {
    const found: ImportedEntry | undefined =
      (key === undefined ? undefined : each.find(key)) ??
      (quickKey === undefined ? undefined : each.findQuick(quickKey));
    if (found !== undefined) return { entry: found.entry, restore: () => found.restore() };
  }
  return undefined;
}
