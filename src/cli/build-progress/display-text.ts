import { charWidth, displayWidth } from "../format/index.ts";

// Escape sequences: CSI, OSC and the other strings that end with ST or BEL, and those of two characters.
const ESCAPES = new RegExp(
  ["\\x1b\\[[0-?]*[ -/]*[@-~]", "\\x1b[\\]PX^_][^\\x07\\x1b]*(?:\\x07|\\x1b\\\\)?", "\\x1b[ -/]*[0-~]"].join(
    "|",
  ),
  "g",
);
const TAB = 8;

/** A line of a program's output as a terminal would leave it, without anything that moves the cursor or sets colours. */
export function displayText(text: string): string {
  const plain = text.replace(ESCAPES, "");
  if (/^[\x20-\x7e]*$/.test(plain)) return plain;
  // What comes after a carriage return replaces what stood there.
  const last = plain.replace(/\r+$/, "").split("\r").at(-1) ?? "";
  let shown = "";
  for (const char of last) {
    if (char === "\t") shown += " ".repeat(TAB - (displayWidth(shown) % TAB));
    else if (char === "\b") shown = shown.slice(0, -1);
    else if (!isControl(char)) shown += char;
  }
  return shown;
}

/** Controls, and the characters that turn the direction of writing. */
function isControl(char: string): boolean {
  const code = char.codePointAt(0) ?? 0;
  return (
    code < 0x20 || (code >= 0x7f && code < 0xa0) || /[\u200e\u200f\u2028-\u202e\u2066-\u2069]/.test(char)
  );
}

/** The beginning of a text that fits into `columns`. */
export function fitColumns(text: string, columns: number): string {
  if (text.length * 2 <= columns) return text;
  let used = 0;
  let fitting = "";
  for (const char of text) {
    used += charWidth(char);
    if (used > columns) break;
    fitting += char;
  }
  return fitting;
}

/** A text on the left and one on the right of a line of `columns`; the left one is cut where they meet. */
export function alignEnds(left: string, right: string, columns: number): string {
  const fitting = fitColumns(left, columns - right.length);
  return fitting + " ".repeat(Math.max(0, columns - right.length - displayWidth(fitting))) + right;
}
