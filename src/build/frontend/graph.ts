import type { Definition, VertexId } from "../graph/definition.ts";
import { type Vertex, type VertexLabel, vertexId } from "../graph/vertex.ts";

/** A graph that is being made: vertices in the order in which they came, each once. */
export class GraphDraft {
  readonly #vertices = new Map<VertexId, Vertex>();

  /** Adds a vertex; one that is there keeps its first label. */
  add(
    definition: Definition,
    label: VertexLabel,
    options: { readonly ignoreCache?: boolean } = {},
  ): VertexId {
    const id = vertexId(definition);
    const known = this.#vertices.get(id);
    const ignoreCache = options.ignoreCache === true;
    if (known === undefined) this.#vertices.set(id, { id, definition, label, ignoreCache });
    return id;
  }

  /** All vertices so far. */
  get table(): ReadonlyMap<VertexId, Vertex> {
    return this.#vertices;
  }
}

/** The label of a vertex that is nobody's step and is not shown. */
export const HIDDEN: VertexLabel = { name: "", stage: "", step: 0, text: "", lines: undefined };
