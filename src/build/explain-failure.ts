import { errorText, formatSourceExcerpt, isEngineError, type SourceRange } from "../base/index.ts";
import { DockerfileError } from "../dockerfile/index.ts";
import { BuildError } from "./errors.ts";
import type { DockerfileText, LineRange } from "./report.ts";

/** What is known of the Dockerfile when a build fails. */
export interface FailurePlace {
  readonly dockerfile: DockerfileText;
  /** The lines that a vertex comes from. */
  readonly linesOf: (vertex: string) => LineRange | undefined;
}

/** An error of a build with the lines of the Dockerfile that it is about. */
export function explainFailure(error: unknown, place: FailurePlace): unknown {
  if (!isEngineError(error)) return error;
  const { kind, hint } = error;
  const vertex = error instanceof BuildError ? error.vertex : undefined;
  const excerpt = excerptOf(error, vertex, place);
  return new BuildError(kind, errorText(error), {
    cause: error instanceof BuildError ? error.cause : error,
    ...(hint === undefined ? {} : { hint }),
    ...(vertex === undefined ? {} : { vertex }),
    ...(excerpt === "" ? {} : { excerpt }),
  });
}

function excerptOf(
  error: unknown,
  vertex: string | undefined,
  { dockerfile: { name, text }, linesOf }: FailurePlace,
): string {
  const lines = text.split(/\r?\n/);
  if (error instanceof DockerfileError) {
    return formatSourceExcerpt(lines, error.ranges, { fileName: name, exact: error.exact });
  }
  const range = vertex === undefined ? undefined : linesOf(vertex);
  return range === undefined ? "" : formatSourceExcerpt(lines, [toRange(range)], { fileName: name });
}

function toRange([first, last]: LineRange): SourceRange {
  return { start: { line: first, column: 1 }, end: { line: last, column: 1 } };
}
