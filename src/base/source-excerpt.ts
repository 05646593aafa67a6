/** A place in a source file. Both count from 1; a column counts UTF-16 units. */
export interface Position {
  readonly line: number;
  readonly column: number;
}

/** The text from `start` to just before `end`. */
export interface SourceRange {
  readonly start: Position;
  readonly end: Position;
}

/** How {@link formatSourceExcerpt} shows a place. */
export interface ExcerptOptions {
  readonly fileName: string;
  /** The exact text in question; a line of carets is written below it. */
  readonly exact?: SourceRange | undefined;
}

const RULE = "--------------------";

/**
 * The source around `ranges`, its lines marked with `>>>`, between two rules and below the file's name, as BuildKit
 * prints it; without a line feed at the end. Empty when there is nothing to point at.
 */
export function formatSourceExcerpt(
  lines: readonly string[],
  ranges: readonly SourceRange[],
  { fileName, exact }: ExcerptOptions,
): string {
  const marked = new Set(ranges.flatMap(({ start, end }) => numbers(start.line, end.line)));
  if (marked.size === 0) return "";
  const first = Math.min(...marked);
  const last = Math.min(Math.max(...marked), lines.length);
  if (first > lines.length || first < 1) return "";
  const shown = widen(first, last, lines.length);
  const rows = numbers(shown.first, shown.last).flatMap((number) => {
    const row = ` ${String(number).padStart(3)} | ${marked.has(number) ? ">>>" : "   "} ${(lines[number - 1] ?? "").replace(/\r+$/, "")}`;
    return exact?.start.line === number ? [row, carets(exact, lines[number - 1] ?? "")] : [row];
  });
  return [`${fileName}:${first}`, RULE, ...rows, RULE].join("\n");
}

function widen(first: number, last: number, count: number): { first: number; last: number } {
  let padding = 2;
  if (last === first) padding = 4;
  let shown = { first, last };
  for (let added = 0; added < padding; ) {
    if (shown.first > 1) {
      shown = { ...shown, first: shown.first - 1 };
      added++;
    }
    if (shown.last !== count) {
      shown = { ...shown, last: shown.last + 1 };
      added++;
    }
    added++;
  }
  return shown;
}

function carets({ start, end }: SourceRange, line: string): string {
  const before = line.slice(0, start.column - 1).replace(/[^\t]/g, " ");
  return `     |     ${before}${"^".repeat(Math.max(1, end.column - start.column))}`;
}

function numbers(first: number, last: number): number[] {
  return Array.from({ length: Math.max(0, last - first + 1) }, (_, at) => first + at);
}
