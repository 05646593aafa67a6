import type { AnyFlag, FlagTable } from "../flags/flag.ts";
import { wrapText } from "./wrap-text.ts";

/** The aligned list of a table's flags, sorted by name, each line ended. */
export function formatFlags(table: FlagTable, width: number): string {
  const shown = Object.entries(table)
    .filter(([, flag]) => !flag.hidden && flag.deprecated === undefined)
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .map(([name, flag]) => ({ head: flagHead(name, flag), usage: flagUsage(flag) }));
  const column = Math.max(0, ...shown.map(({ head }) => head.length)) + 3;
  return shown.map(({ head, usage }) => `${head.padEnd(column)}${wrapText(usage, column, width)}\n`).join("");
}

function flagHead(name: string, flag: AnyFlag): string {
  const short = flag.shorthand === undefined ? "      " : `  -${flag.shorthand}, `;
  return `${short}--${name}${flag.type === "" ? "" : ` ${flag.type}`}`;
}

function flagUsage(flag: AnyFlag): string {
  return flag.shownDefault === undefined ? flag.usage : `${flag.usage} (default ${flag.shownDefault})`;
}
