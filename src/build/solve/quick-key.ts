import type { ChainId } from "../../oci/index.ts";
import { type CacheKey, toQuickKey } from "../cache/key.ts";
import type { VertexId } from "../graph/definition.ts";
import { inputsOf, type Vertex } from "../graph/vertex.ts";
import type { KeyParts } from "../ops/op.ts";
import type { Result } from "../result.ts";

/** The quick key of a vertex whose inputs are known; undefined when it has none, or one that is no stack. */
export function quickKeyOf(
  { definition }: Vertex,
  resultOf: (id: VertexId) => Result | undefined,
  parts: KeyParts,
): CacheKey | undefined {
  const inputs = inputsOf(definition);
  if (inputs.length === 0) return undefined;
  const tops = new Map<VertexId, ChainId | undefined>();
  for (const id of inputs) {
    const result = resultOf(id);
    if (result?.kind !== "stack") return undefined;
    tops.set(id, result.top);
  }
  return toQuickKey(definition, tops, parts);
}
