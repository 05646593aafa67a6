import type { BuildReport, BuildWarning } from "../../engine/index.ts";

const RULE = "--------------------\n";
/** Lines that are shown before and after. */
const AROUND = 2;

/** The lines of a Dockerfile around the marked ones, as BuildKit shows them. */
export function formatExcerpt(
  { name, text }: BuildReport["dockerfile"],
  [first, last]: NonNullable<BuildWarning["lines"]>,
): string {
  const lines = text.split("\n");
  const from = Math.max(1, first - AROUND);
  const to = Math.min(lines.length, last + AROUND);
  let shown = `${name}:${first}\n${RULE}`;
  for (let at = from; at <= to; at++) {
    const mark = at >= first && at <= last ? ">>>" : "   ";
    shown += `${String(at).padStart(4)} | ${mark} ${lines[at - 1]?.replace(/\r$/, "") ?? ""}\n`;
  }
  return shown + RULE;
}
