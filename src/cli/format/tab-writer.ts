import { displayWidth } from "./display-width.ts";

/** How columns are laid out. */
export interface TabOptions {
  /** The least width of a column, its padding included. */
  readonly minWidth: number;
  /** Spaces added to the widest cell. */
  readonly padding: number;
}

/** Docker's tables. */
export const TABLE_TABS: TabOptions = { minWidth: 10, padding: 3 };

/**
 * Aligns the tab-terminated cells of consecutive lines, as Go's `text/tabwriter` (elastic tabstops).
 * A line's last cell is never padded, so trailing empty cells leave the padding of those before them.
 */
export function alignTabs(text: string, options: TabOptions = TABLE_TABS): string {
  const lines = text.split("\n").map((line) => line.split("\t").map(toCell));
  const rendered: string[] = [];
  for (let start = 0; start < lines.length; ) {
    const end = blockEnd(lines, start);
    renderBlock({ lines, options, rendered }, { start, end }, []);
    start = end;
  }
  return rendered.join("\n");
}

interface Cell {
  readonly text: string;
  readonly width: number;
}

interface Layout {
  readonly lines: readonly (readonly Cell[])[];
  readonly options: TabOptions;
  readonly rendered: string[];
}

interface LineRange {
  readonly start: number;
  readonly end: number;
}

function toCell(text: string): Cell {
  return { text, width: displayWidth(text) };
}

/** A line without tabs ends what is aligned together. */
function blockEnd(lines: Layout["lines"], start: number): number {
  let end = start;
  while (end < lines.length) {
    end++;
    if (lines[end - 1]?.length === 1) break;
  }
  return end;
}

function renderBlock(layout: Layout, { start, end }: LineRange, widths: readonly number[]): void {
  const column = widths.length;
  const hasColumn = (line: number) => column < (layout.lines[line]?.length ?? 0) - 1;
  for (let line = start; line < end; ) {
    if (!hasColumn(line)) {
      layout.rendered.push(renderLine(layout.lines[line] ?? [], widths));
      line++;
      continue;
    }
    let width = layout.options.minWidth;
    let until = line;
    for (; until < end && hasColumn(until); until++) {
      const cell = layout.lines[until]?.[column];
      width = Math.max(width, (cell?.width ?? 0) + layout.options.padding);
    }
    renderBlock(layout, { start: line, end: until }, [...widths, width]);
    line = until;
  }
}

function renderLine(cells: readonly Cell[], widths: readonly number[]): string {
  return cells
    .map(({ text, width }, at) => text + " ".repeat(Math.max((widths[at] ?? 0) - width, 0)))
    .join("");
}
