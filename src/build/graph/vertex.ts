import { createHash } from "node:crypto";
import type { Definition, VertexId } from "./definition.ts";

/** What is shown of a vertex, and where it stands in the Dockerfile. Not part of its identity. */
export interface VertexLabel {
  /** As BuildKit shows it: `[stage 2/3] RUN make`. */
  readonly name: string;
  /** Name or index of the stage. */
  readonly stage: string;
  /** Place among the steps of its stage, from 1; 0 for what is no step. */
  readonly step: number;
  /** The instruction as written. */
  readonly text: string;
  /** First and last line in the Dockerfile, from 1. */
  readonly lines: readonly [number, number] | undefined;
}

/** One node of the build graph. */
export interface Vertex {
  readonly id: VertexId;
  readonly definition: Definition;
  readonly label: VertexLabel;
  /** Runs even when its result is known. */
  readonly ignoreCache: boolean;
}

/** Vertices by ID, inputs before those that need them. */
export type VertexTable = ReadonlyMap<VertexId, Vertex>;

/** The vertices that a definition takes results from, without repetition. */
export function inputsOf(definition: Definition): readonly VertexId[] {
  switch (definition.op) {
    case "copy":
      return [...new Set([definition.base, ...definition.sources.map(({ from }) => from)])];
    case "run":
      return [
        ...new Set([
          definition.base,
          ...definition.mounts.flatMap((mount) =>
            "from" in mount && mount.from !== undefined ? [mount.from] : [],
          ),
        ]),
      ];
    case "workdir":
      return [definition.base];
    default:
      return [];
  }
}

/** The ID of a vertex: inputs are named by their IDs, so it covers all that lies below. */
export function vertexId(definition: Definition): VertexId {
  return createHash("sha256").update(canonicalJson(definition)).digest("hex") as VertexId;
}

/** JSON with sorted keys and without undefined values: equal values give equal text. */
export function canonicalJson(value: unknown): string {
  return JSON.stringify(value, (_key, each: unknown) =>
    typeof each === "object" && each !== null && !Array.isArray(each)
      ? Object.fromEntries(Object.entries(each).sort(([a], [b]) => (a < b ? -1 : a > b ? 1 : 0)))
      : each,
  );
}

/** The inputs in whose files a definition looks already for its key. */
export function filesRead(definition: Definition): readonly VertexId[] {
  if (definition.op === "copy") {
    const owners = definition.chown === "" ? [] : [definition.base];
    return [...owners, ...definition.sources.map(({ from }) => from)];
  }
  if (definition.op !== "run") return [];
  return definition.mounts.flatMap((mount) => (mount.type === "bind" ? [mount.from] : []));
}
