import { formatSourceExcerpt } from "../../base/index.ts";
import type { BuildReport, BuildWarning } from "../../engine/index.ts";

/** The lines of a Dockerfile around the marked ones, each line ended. */
export function formatExcerpt(
  { name, text }: BuildReport["dockerfile"],
  [first, last]: NonNullable<BuildWarning["lines"]>,
): string {
  const range = { start: { line: first, column: 1 }, end: { line: last, column: 1 } };
  return `${formatSourceExcerpt(text.split("\n"), [range], { fileName: name })}\n`;
}
