import type { BuildEvent, BuildWarning } from "../../engine/index.ts";
import { createLogTail, type LogTail } from "./log-tail.ts";

/** One line of progress below a vertex. Times are milliseconds since the epoch. */
export interface StatusView {
  readonly id: string;
  readonly current: number | undefined;
  readonly total: number | undefined;
  readonly started: number;
  readonly time: number;
  readonly done: boolean;
}

/** What is known of one vertex. */
export interface VertexView {
  readonly vertex: string;
  readonly name: string;
  readonly log: LogTail;
  readonly statuses: Map<string, StatusView>;
  readonly warnings: BuildWarning[];
  started: number | undefined;
  completed: number | undefined;
  cached: boolean;
  error: string | undefined;
}

/** What is known of a build. */
export interface BuildView {
  /** In the order in which they came up. */
  readonly vertices: ReadonlyMap<string, VertexView>;
  /** Takes an event in; returns the vertex that it is about. */
  apply(event: BuildEvent): VertexView;
}

/** Starts the view of a build of which nothing is known. */
export function createBuildView(): BuildView {
  const vertices = new Map<string, VertexView>();
  const find = (event: BuildEvent): VertexView => {
    const found = vertices.get(event.vertex);
    if (found !== undefined) return found;
    const made: VertexView = {
      vertex: event.vertex,
      name: "name" in event ? event.name : event.vertex,
      log: createLogTail(),
      statuses: new Map(),
      warnings: [],
      started: undefined,
      completed: undefined,
      cached: false,
      error: undefined,
    };
    vertices.set(event.vertex, made);
    return made;
  };
  return {
    vertices,
    apply(event) {
      const view = find(event);
      applyTo(view, event);
      return view;
    },
  };
}

function applyTo(view: VertexView, event: BuildEvent): void {
  switch (event.kind) {
    case "planned":
      return;
    case "started":
      view.started = event.time;
      return;
    case "completed":
      view.started ??= event.time;
      view.completed = event.time;
      view.cached = event.cached;
      view.error = event.error;
      return;
    case "log":
      view.log.add(event.data, event.time);
      return;
    case "status":
      view.statuses.set(event.id, {
        id: event.id,
        current: event.current,
        total: event.total,
        started: view.statuses.get(event.id)?.started ?? event.time,
        time: event.time,
        done: event.done,
      });
      return;
    case "warning":
      view.warnings.push(event.warning);
  }
}

/** True for a vertex that was given up because something else ended the build. */
export function isCancelled(view: VertexView): boolean {
  return view.error !== undefined && /cancell?ed/i.test(view.error);
}

/** A warning as one line: rule, text, place. */
export function warningLine({ rule, message, lines }: BuildWarning): string {
  return `${rule}: ${message}${lines === undefined ? "" : ` (line ${lines[0]})`}`;
}
