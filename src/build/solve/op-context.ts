import { EngineError } from "../../base/index.ts";
import type { VertexId } from "../graph/definition.ts";
import type { Vertex } from "../graph/vertex.ts";
import type { OpContext } from "../ops/op.ts";
import type { Result } from "../result.ts";
import { eventTime, type Session } from "./session.ts";

/** What the step of one vertex has to work with. */
export function createOpContext(
  session: Session,
  vertex: Vertex,
  input: (id: VertexId) => Result,
): OpContext {
  const { store, layers, images, networks, runtime, request, signal } = session;
  return {
    store,
    layers,
    images,
    networks,
    runtime,
    request,
    signal,
    input,
    hold: session.hold,
    useSource: session.useSource,
    keepListing: session.keepListing,
    workFolder: session.workFolder,
    log: (stream, data) => session.emit({ kind: "log", vertex: vertex.id, stream, data, time: eventTime() }),
    status: (id, { done = false, ...progress }) =>
      session.emit({ kind: "status", vertex: vertex.id, id, done, time: eventTime(), ...progress }),
    stack: (id) => {
      const result = input(id);
      if (result.kind !== "stack") throw new EngineError("internal", "a file tree is no root file system");
      return result;
    },
  };
}
