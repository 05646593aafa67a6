import { createHash } from "node:crypto";
import type { ChainId } from "../../oci/index.ts";
import type { Definition, VertexId } from "../graph/definition.ts";
import { canonicalJson } from "../graph/vertex.ts";
import type { KeyParts } from "../ops/op.ts";

/** Names one step's result: equal keys mean equal results. */
export type CacheKey = string & { readonly __brand: "cache-key" };

// Counts up when a kind of step changes what it makes of the same parts.
const VERSION = 1;

/** The key of a step: all that decides its result. */
export function toCacheKey(op: Definition["op"], parts: KeyParts): CacheKey {
  return digest({ version: VERSION, op, parts });
}

/**
 * The key of the same definition on the same stacks. It is known without looking into the stacks, where the real key
 * asks for what is in them. `tops` has the chainID of each input, null for the empty stack.
 */
export function toQuickKey(
  definition: Definition,
  tops: ReadonlyMap<VertexId, ChainId | undefined>,
  shared: KeyParts,
): CacheKey {
  const named = new Map([...tops].map(([id, top]) => [id as string, `stack:${top ?? ""}`]));
  const replaced = JSON.parse(JSON.stringify(definition), (_key, value: unknown) =>
    typeof value === "string" ? (named.get(value) ?? value) : value,
  ) as unknown;
  return digest({ version: VERSION, quick: replaced, shared });
}

function digest(value: unknown): CacheKey {
  return createHash("sha256").update(canonicalJson(value)).digest("hex") as CacheKey;
}
