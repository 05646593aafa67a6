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
  const counts = new Map<ChainId, number>();
  for (const { chainId } of entries) counts.set(chainId, (counts.get(chainId) ?? 0) + 1);
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
      shared: inImages.has(entry.chainId) || (counts.get(entry.chainId) ?? 0) > 1,
      size: layer?.size ?? 0,
      description: entry.description,
      type: "regular" as const,
    };
  });
}

function layersOfImages({ store }: Pick<RoomContext, "store">): ReadonlySet<ChainId> {
  const rows = store.rows<{ chain: ChainId }>(
    `WITH RECURSIVE used(chain) AS (
       SELECT top FROM images WHERE top IS NOT NULL UNION
       SELECT parent FROM layers JOIN used ON chain_id = chain WHERE parent IS NOT NULL)
     SELECT chain FROM used`,
  );
  return new Set(rows.map(({ chain }) => chain));
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
