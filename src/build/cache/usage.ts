import { EngineError, parseTimestamp } from "../../base/index.ts";
import type { ChainId } from "../../oci/index.ts";
import type { CacheRecord } from "../report.ts";
import type { RoomContext } from "../room-context.ts";
import { type CacheEntry, listEntries } from "./cache-table.ts";

/** Length of the IDs that the cache's records are shown with. */
const ID_LENGTH = 25;

/** The steps in the cache, the least recently used first. */
export function listRecords({
  store,
  layers,
}: RoomContext): (CacheRecord & { readonly entry: CacheEntry })[] {
  const entries = listEntries(store);
  const idOf = new Map<ChainId, string>(
    entries.map(({ chainId, key }) => [chainId, key.slice(0, ID_LENGTH)]),
  );
  const inImages = layersOfImages({ store });
  // Of several steps with one result, the last to go frees it.
  const lastOf = new Map(entries.map(({ chainId, key }) => [chainId, key]));
  return entries.map((entry) => {
    const layer = layers.get(entry.chainId);
    const parent = layer?.parent === undefined ? undefined : idOf.get(layer.parent);
    return {
      entry,
      id: entry.key.slice(0, ID_LENGTH),
      parents: parent === undefined ? [] : [parent],
      createdAt: entry.created,
      lastUsedAt: entry.uses === 0 ? undefined : entry.used,
      usageCount: entry.uses,
      mutable: false,
      reclaimable: true,
      shared: inImages.has(entry.chainId),
      size: lastOf.get(entry.chainId) === entry.key ? (layer?.size ?? 0) : 0,
      description: entry.description,
      type: "regular" as const,
    };
  });
}

const IN_IMAGES = `WITH RECURSIVE used(chain) AS (
  SELECT top FROM images WHERE top IS NOT NULL UNION
  SELECT parent FROM layers JOIN used ON chain_id = chain WHERE parent IS NOT NULL)`;

function layersOfImages({ store }: Pick<RoomContext, "store">): ReadonlySet<ChainId> {
  const rows = store.rows<{ chain: ChainId }>(`${IN_IMAGES} SELECT chain FROM used`);
  return new Set(rows.map(({ chain }) => chain));
}

/** Bytes of the cache beside the images. Cheap: cache mounts are as large as when they were last measured. */
export function quickSize({ store }: Pick<RoomContext, "store">): number {
  const sql = `${IN_IMAGES} SELECT
    (SELECT coalesce(sum(size), 0) FROM layers WHERE chain_id IN (SELECT chain_id FROM build_cache)
       AND chain_id NOT IN (SELECT chain FROM used))
    + (SELECT coalesce(sum(size), 0) FROM cache_mounts)
    + (SELECT coalesce(sum(size), 0) FROM fetched_sources) AS bytes`;
  return store.row<{ bytes: number }>(sql)?.bytes ?? 0;
}

type Filters = Readonly<Record<string, readonly string[]>>;
type Test = (record: CacheRecord, value: string) => boolean;

const TESTS: Readonly<Record<string, Test>> = {
  until: ({ lastUsedAt, createdAt }, value) =>
    (lastUsedAt ?? createdAt) < Number(parseTimestamp(value) / 1_000_000n),
  "unused-for": ({ lastUsedAt, createdAt }, value) =>
    (lastUsedAt ?? createdAt) < Number(parseTimestamp(value) / 1_000_000n),
  id: ({ id }, value) => id.startsWith(value),
  parent: ({ parents }, value) => parents.some((parent) => parent.startsWith(value)),
  parents: ({ parents }, value) => parents.some((parent) => parent.startsWith(value)),
  type: ({ type }, value) => type === value,
  description: ({ description }, value) => description.includes(value),
  inuse: ({ reclaimable }) => !reclaimable,
  mutable: ({ mutable }) => mutable,
  immutable: ({ mutable }) => !mutable,
  shared: ({ shared }) => shared,
  private: ({ shared }) => !shared,
};

/** Keeps the records that all filters name. Throws `invalidArgument` for one that is unknown. */
export function filterRecords<T extends CacheRecord>(records: readonly T[], filters: Filters): T[] {
  for (const name of Object.keys(filters)) {
    if (!Object.hasOwn(TESTS, name)) throw new EngineError("invalidArgument", `invalid filter '${name}'`);
  }
  return records.filter((record) =>
    Object.entries(filters).every(([name, values]) => values.some((value) => TESTS[name]?.(record, value))),
  );
}
