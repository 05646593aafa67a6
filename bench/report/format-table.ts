import type { CaseResult } from "../result.ts";
import { COLUMNS, toRows } from "./rows.ts";

/** A case's results for a terminal. */
export function formatTable(result: CaseResult): string {
  const rows = toRows(result);
  // The text of a failure reaches over the columns behind it and widens none.
  const whole = [COLUMNS, ...rows.filter((row) => row.length === COLUMNS.length)];
  const labels = [COLUMNS[0], ...rows.map((row) => row[0] ?? "")];
  const widths = COLUMNS.map((_, column) => {
    const cells = column === 0 ? labels : whole.map((row) => row[column] ?? "");
    return Math.max(...cells.map((cell) => cell.length));
  });
  const toLine = (row: readonly string[]) =>
    row
      .map((cell, column) =>
        column === 0 ? cell.padEnd(widths[0] ?? 0) : cell.padStart(widths[column] ?? 0),
      )
      .join("  ")
      .trimEnd();
  return [`${result.name}: ${result.title}`, ...[COLUMNS, ...rows].map((row) => `  ${toLine(row)}`), ""].join(
    "\n",
  );
}
