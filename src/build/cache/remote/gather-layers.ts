import { type ChainId, chainIds } from "../../../oci/index.ts";
import type { CacheLayer, CacheStep } from "./cache-document.ts";

/** Brings the layers of all steps together, each once: those that are there already, and others by `add`. */
export async function gatherLayers(
  steps: readonly CacheStep[],
  known: ReadonlyMap<string, CacheLayer>,
  add: (chainId: ChainId) => Promise<Omit<CacheLayer, "diffId">>,
): Promise<CacheLayer[]> {
  const layers = new Map<string, CacheLayer>();
  for (const step of steps) {
    const chain = chainIds(step.layers);
    for (const [at, diffId] of step.layers.entries()) {
      const chainId = chain[at];
      if (layers.has(diffId) || chainId === undefined) continue;
      layers.set(diffId, known.get(diffId) ?? { diffId, ...(await add(chainId)) });
    }
  }
  return [...layers.values()];
}
