import type { ChainId, DiffId } from "../../../oci/index.ts";
import type { RoomContext } from "../../room-context.ts";
import type { Outcome } from "../../solve/outcome.ts";
import { findEntry } from "../cache-table.ts";
import type { CacheStep } from "./cache-document.ts";

/** What of a build goes into an exported cache. */
export interface StepSelection {
  readonly outcomes: readonly Outcome[];
  /** `min`: only steps whose layers the result has. `max`: all. */
  readonly mode: "min" | "max";
  /** The stack of the result. */
  readonly result: ChainId | undefined;
}

/** The steps of a build that have a result in the cache, as an exported cache has them, in their order. */
export function collectSteps(
  { store, layers }: Pick<RoomContext, "store" | "layers">,
  { outcomes, mode, result }: StepSelection,
): CacheStep[] {
  const kept = new Set<ChainId>(layers.stack(result).map(({ chainId }) => chainId));
  return outcomes.flatMap(({ key }) => {
    const entry = key === undefined ? undefined : findEntry(store, key);
    if (entry === undefined || layers.get(entry.chainId) === undefined) return [];
    if (mode === "min" && !kept.has(entry.chainId)) return [];
    const { quickKey, parts, description, created, chainId } = entry;
    const diffIds: DiffId[] = layers.stack(chainId).map(({ diffId }) => diffId);
    return [{ key: entry.key, quickKey, parts, description, created, layers: diffIds }];
  });
}
