import type { SourceRange } from "../base/index.ts";

/** The whole of the lines `first` to `last`, without the blanks around them. `lines` is the whole file. */
export function linesRange(lines: readonly string[], first: number, last: number): SourceRange {
  const head = lines[first - 1] ?? "";
  const tail = lines[last - 1] ?? "";
  return {
    start: { line: first, column: head.length - head.trimStart().length + 1 },
    end: { line: last, column: tail.trimEnd().length + 1 },
  };
}

/** The first place within `range` where `text` stands on one line; undefined when there is none. */
export function findInRange(
  lines: readonly string[],
  range: SourceRange,
  text: string,
): SourceRange | undefined {
  if (text === "") return undefined;
  for (let line = range.start.line; line <= range.end.line; line++) {
    const at = (lines[line - 1] ?? "").indexOf(text);
    if (at >= 0) {
      return { start: { line, column: at + 1 }, end: { line, column: at + text.length + 1 } };
    }
  }
  return undefined;
}
