import { type BuildView, isCancelled, type VertexView } from "./build-view.ts";
import { logTime } from "./progress-text.ts";

/** The steps that failed, each with at most `count` of the last lines of its output. */
export function failureBlock(view: BuildView, count: number): string {
  const failed = [...view.vertices.values()].filter((each) => each.error !== undefined && !isCancelled(each));
  return failed.map((each) => formatFailure(each, count)).join("");
}

function formatFailure(vertex: VertexView, count: number): string {
  const lines = vertex.log.last(count).map(({ time, text }) => {
    return `${logTime(time - (vertex.started ?? time))} ${text}\n`;
  });
  return `------\n > ${vertex.name}:\n${lines.join("")}------\n`;
}
