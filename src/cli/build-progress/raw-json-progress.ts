import { formatTime } from "../../base/index.ts";
import type { BuildEvent, BuildWarning } from "../../engine/index.ts";
import { createBuildView, type VertexView, warningLine } from "./build-view.ts";
import type { Progress } from "./progress.ts";

/** Shows a build as lines of JSON with the fields of BuildKit's `SolveStatus`. */
export function rawJsonProgress(write: (text: string) => void): Progress {
  const view = createBuildView();
  return {
    onEvent(event) {
      const vertex = view.apply(event);
      write(`${JSON.stringify(toStatus(event, vertex))}\n`);
    },
    finish() {},
  };
}

function toStatus(event: BuildEvent, view: VertexView): unknown {
  const vertex = toDigest(event.vertex);
  switch (event.kind) {
    case "planned":
    case "started":
    case "completed":
      return { vertexes: [toVertex(view)] };
    case "log": {
      const stream = event.stream === "stdout" ? 1 : 2;
      const data = Buffer.from(event.data).toString("base64");
      return { logs: [{ vertex, stream, data, timestamp: toTime(event.time) }] };
    }
    case "status": {
      const started = view.statuses.get(event.id)?.started ?? event.time;
      return {
        statuses: [
          {
            id: event.id,
            vertex,
            ...(event.total === undefined ? {} : { total: event.total }),
            current: event.current ?? 0,
            timestamp: toTime(event.time),
            started: toTime(started),
            ...(event.done ? { completed: toTime(event.time) } : {}),
          },
        ],
      };
    }
    case "warning":
      return { warnings: [toWarning(vertex, event.warning)] };
  }
}

function toVertex(view: VertexView): unknown {
  return {
    digest: toDigest(view.vertex),
    name: view.name,
    ...(view.started === undefined ? {} : { started: toTime(view.started) }),
    ...(view.completed === undefined ? {} : { completed: toTime(view.completed) }),
    ...(view.cached ? { cached: true } : {}),
    ...(view.error === undefined ? {} : { error: view.error }),
  };
}

function toWarning(vertex: string, warning: BuildWarning): unknown {
  const base64 = (text: string) => Buffer.from(text).toString("base64");
  const { lines } = warning;
  return {
    vertex,
    level: 1,
    short: base64(warningLine(warning)),
    detail: [base64(warning.description)],
    url: warning.url,
    ...(lines === undefined ? {} : { range: [{ start: { line: lines[0] }, end: { line: lines[1] } }] }),
  };
}

function toDigest(vertex: string): string {
  const hex = /^[0-9a-f]{64}$/.test(vertex)
    ? vertex
    : new Bun.CryptoHasher("sha256").update(vertex).digest("hex");
  return `sha256:${hex}`;
}

function toTime(milliseconds: number): string {
  return formatTime(BigInt(Math.round(milliseconds * 1000)) * 1000n);
}
