/** How far a line may run over rather than leave a short word alone on the next. */
const SLOP = 5;

/** Breaks a flag's usage text for a column that starts at `indent`, in `width` columns, as pflag does. */
export function wrapText(text: string, indent: number, width: number): string {
  if (width - indent < 24) {
    return width - 16 < 24 ? text : `\n${" ".repeat(16)}${wrapAt(text, 16, width)}`;
  }
  return wrapAt(text, indent, width);
}

function wrapAt(text: string, indent: number, width: number): string {
  const room = width - indent - SLOP;
  const lines: string[] = [];
  for (let rest = text; rest !== ""; ) {
    const end = lineEnd(rest, room);
    lines.push(rest.slice(0, end));
    rest = rest.slice(end + 1);
  }
  return lines.join("\n").replaceAll("\n", `\n${" ".repeat(indent)}`);
}

function lineEnd(text: string, room: number): number {
  if (room + SLOP > text.length) return text.length;
  const head = text.slice(0, room);
  const blank = Math.max(head.lastIndexOf(" "), head.lastIndexOf("\t"), head.lastIndexOf("\n"));
  if (blank <= 0) return text.length;
  const lineFeed = head.lastIndexOf("\n");
  return lineFeed > 0 ? lineFeed : blank;
}
