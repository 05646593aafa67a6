import { EngineError } from "../../base/index.ts";
import { measureCacheMounts } from "../cache-mounts/list-cache-mounts.ts";
import type { RoomContext } from "../room-context.ts";
import { listRemovables } from "./maintain.ts";
import { pruneCache } from "./prune.ts";
import { quickSize } from "./usage.ts";

/** Bytes that the cache may take where nothing else is said. */
const DEFAULT_LIMIT = 20e9;

/** Bytes that the cache may take, from `$STRAKE_BUILD_CACHE`. Throws `invalidArgument` when that is no size. */
export function cacheLimit(): number {
  return readLimit(process.env.STRAKE_BUILD_CACHE);
}

/**
 * Removes what was least recently used when the cache has become larger than it may: steps, cache mounts, downloads.
 * What images share with it does not count.
 */
export async function limitCache(context: RoomContext, limit: number): Promise<void> {
  measureCacheMounts(context.store);
  if (quickSize(context) <= limit) return;
  await pruneCache(context, listRemovables(context), {
    all: false,
    filters: {},
    reservedSpace: 0,
    maxUsedSpace: limit,
    minFreeSpace: 0,
  });
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
