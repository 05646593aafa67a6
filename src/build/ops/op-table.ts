import type { Definition } from "../graph/definition.ts";
import type { Op } from "./op.ts";

/** Gives the op of a definition. */
export type OpTable = (definition: Definition) => Op<Definition>;

/** One op for each kind of definition. */
export type Ops = { readonly [K in Definition["op"]]: Op<Extract<Definition, { readonly op: K }>> };

/** The table of a build's ops. */
export function createOpTable(ops: Ops): OpTable {
  // An op gets only definitions of its own kind: they are looked up by it.
  return ({ op }) => ops[op] as unknown as Op<Definition>;
}
