import { EngineError } from "../../base/index.ts";
import type { RoomContext } from "../room-context.ts";
import { listRemovables } from "./maintain.ts";
import { pruneCache } from "./prune.ts";

/** Bytes that the cache may take where nothing else is said. */
const DEFAULT_LIMIT = 20e9;

/** Removes the least recently used steps when the cache has become larger than it may. */
export async function limitCache(context: RoomContext): Promise<void> {
  const limit = readLimit(process.env.STRAKE_BUILD_CACHE);
  if (upperBound(context) <= limit) return;
  await pruneCache(context, listRemovables(context), {
    all: false,
    filters: {},
    reservedSpace: 0,
    maxUsedSpace: limit,
    minFreeSpace: 0,
  });
}

/** What all cached layers take, those of images among them: quickly read, and seldom over the limit. */
function upperBound({ store }: RoomContext): number {
  const sql =
    "SELECT coalesce(sum(size), 0) AS bytes FROM layers WHERE chain_id IN (SELECT chain_id FROM build_cache)";
  return store.row<{ bytes: number }>(sql)?.bytes ?? 0;
}

const UNITS: Readonly<Record<string, number>> = { "": 1, b: 1, kb: 1e3, mb: 1e6, gb: 1e9, tb: 1e12 };

function readLimit(text: string | undefined): number {
  if (text === undefined || text === "") return DEFAULT_LIMIT;
  const [, number = "", unit = ""] = /^(\d+(?:\.\d+)?)\s*([a-z]*)$/i.exec(text) ?? [];
  const factor = UNITS[unit.toLowerCase()];
  if (number !== "" && factor !== undefined) return Number(number) * factor;
  throw new EngineError("invalidArgument", `STRAKE_BUILD_CACHE: invalid size: ${JSON.stringify(text)}`, {
    hint: "it is a number of bytes, such as 20GB",
  });
}
