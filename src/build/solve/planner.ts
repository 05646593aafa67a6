import { EngineError } from "../../base/index.ts";
import type { ChainId } from "../../oci/index.ts";
import type { CacheImport } from "../cache/import.ts";
import { toCacheKey } from "../cache/key.ts";
import { findCached } from "../cache/lookup.ts";
import type { MissExplainer } from "../cache/reasons.ts";
import type { VertexId } from "../graph/definition.ts";
import { inputsOf, type Vertex, type VertexTable } from "../graph/vertex.ts";
import type { KeyParts } from "../ops/op.ts";
import type { OpTable } from "../ops/op-table.ts";
import type { PlanStep } from "../report.ts";
import type { Result } from "../result.ts";
import { createOpContext } from "./op-context.ts";
import { quickKeyOf } from "./quick-key.ts";
import type { Session } from "./session.ts";

/** What a plan is made from: as for a solver. */
export interface PlannerOptions {
  readonly session: Session;
  readonly table: VertexTable;
  readonly ops: OpTable;
  readonly imports: readonly CacheImport[];
  readonly explain: MissExplainer;
  readonly shared: KeyParts;
  readonly asked: KeyParts;
}

interface Planned {
  readonly vertex: Vertex;
  readonly step: PlanStep | undefined;
  /** Undefined when it is not known without running something. */
  readonly result: Result | undefined;
}

/** Says of each step below `target` whether the cache has it. Nothing runs, nothing is downloaded. */
export async function planSteps(target: VertexId, options: PlannerOptions): Promise<PlanStep[]> {
  const planned = new Map<VertexId, Promise<Planned>>();
  const plan = (id: VertexId): Promise<Planned> => {
    const known = planned.get(id) ?? planVertex(id, plan, options);
    planned.set(id, known);
    return known;
  };
  await plan(target);
  const all = await Promise.all(planned.values());
  const line = ({ vertex }: Planned) => vertex.label.lines?.[0] ?? 0;
  return all.sort((a, b) => line(a) - line(b)).flatMap(({ step }) => step ?? []);
}

async function planVertex(
  id: VertexId,
  plan: (id: VertexId) => Promise<Planned>,
  options: PlannerOptions,
): Promise<Planned> {
  const { session, table, ops, imports, explain, shared, asked } = options;
  const vertex = table.get(id);
  if (vertex === undefined) throw new EngineError("internal", `no vertex ${id}`);
  const { definition, label, ignoreCache } = vertex;
  const inputs = await Promise.all(inputsOf(definition).map(plan));
  const name = label.name;
  const unknown = inputs.find(({ result }) => result === undefined);
  if (unknown !== undefined) {
    const reason = `depends on what ${unknown.vertex.label.name || "an earlier step"} gives`;
    return { vertex, step: name === "" ? undefined : { name, status: "unknown", reason }, result: undefined };
  }
  if (definition.op === "http" || definition.op === "git") {
    const reason = "it is not downloaded for a plan";
    return { vertex, step: { name, status: "unknown", reason }, result: undefined };
  }
  const results = new Map(inputs.map((input) => [input.vertex.id, input.result]));
  const context = createOpContext(session, vertex, (input) => {
    const result = results.get(input);
    if (result === undefined) throw new EngineError("internal", `no result of ${input}`);
    return result;
  });
  const op = ops(definition);
  const quickKey = quickKeyOf(vertex, (id) => results.get(id), { ...asked, ...shared });
  const quick = ignoreCache ? undefined : findCached(session, imports, { quickKey });
  if (quick !== undefined) return hit(vertex, quick.entry.chainId);
  const own = await op.key(definition, context);
  if (own === undefined) return { vertex, step: undefined, result: await op.execute(definition, context) };
  const parts = { ...own, ...shared };
  const found = ignoreCache
    ? undefined
    : findCached(session, imports, { key: toCacheKey(definition.op, parts), quickKey });
  if (found !== undefined) return hit(vertex, found.entry.chainId);
  const reason = explain(vertex, parts)
    .map(({ text }) => text)
    .join("; ");
  return { vertex, step: { name, status: "miss", reason }, result: undefined };
}

function hit(vertex: Vertex, top: ChainId): Planned {
  const step = { name: vertex.label.name, status: "hit", reason: "" } as const;
  return { vertex, step, result: { kind: "stack", top } };
}
