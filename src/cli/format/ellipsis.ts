import { charWidth } from "./display-width.ts";

/** Cuts a text to at most `width` columns, its end replaced by `…`; one column or less has no room for it. */
export function ellipsis(text: string, width: number): string {
  if (width <= 0) return "";
  const chars = [...text];
  if (width === 1) return chars[0] ?? "";
  if (chars.reduce((sum, char) => sum + charWidth(char), 0) <= width) return text;
  let used = 0;
  let kept = "";
  for (const char of chars) {
    used += charWidth(char);
    if (used > width - 1) break;
    kept += char;
  }
  // Docker leaves the text whole when not even its first character fits.
  return kept === "" ? text : `${kept}…`;
}
