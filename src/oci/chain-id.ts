import { type ChainId, type DiffId, digestOf } from "./digest.ts";

/** ChainID of `diffId` on top of `parent` (OCI image-spec, config.md#layer-chainid). */
export function childChainId(parent: ChainId | undefined, diffId: DiffId): ChainId {
  if (parent === undefined) return diffId as string as ChainId;
  return digestOf(`${parent} ${diffId}`) as string as ChainId;
}

/** ChainIDs of every prefix of a stack, bottom first. */
export function chainIds(diffIds: readonly DiffId[]): ChainId[] {
  const chain: ChainId[] = [];
  for (const diffId of diffIds) chain.push(childChainId(chain.at(-1), diffId));
  return chain;
}
