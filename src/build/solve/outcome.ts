import type { CacheKey } from "../cache/key.ts";
import type { MissReason } from "../cache/reasons.ts";
import type { Vertex } from "../graph/vertex.ts";
import type { KeyParts } from "../ops/op.ts";
import type { Result } from "../result.ts";

/** What came of one vertex. */
export interface Outcome {
  readonly vertex: Vertex;
  readonly status: "cached" | "ran" | "failed" | "source";
  readonly result: Result;
  readonly key: CacheKey | undefined;
  readonly parts: KeyParts | undefined;
  /** Why the cache had no result; empty for one that it had. */
  readonly reasons: readonly MissReason[];
  /** When the result was made, unix milliseconds. */
  readonly created: number;
  readonly milliseconds: number;
}
