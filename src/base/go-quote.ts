const PRINTABLE = /^[\p{L}\p{M}\p{N}\p{P}\p{S} ]$/u;
const PLAIN = /^[ !#-[\]-~]*$/;
const ESCAPES: Readonly<Record<string, string>> = {
  "\x07": "\\a",
  "\b": "\\b",
  "\f": "\\f",
  "\n": "\\n",
  "\r": "\\r",
  "\t": "\\t",
  "\v": "\\v",
  "\\": "\\\\",
};

/** A Go string literal in double quotes, as `strconv.Quote` (or `QuoteToASCII`) writes it. */
export function goQuote(text: string, ascii = false): string {
  if (PLAIN.test(text)) return `"${text}"`;
  let out = "";
  for (const char of text) out += escapeChar(char, '"', ascii);
  return `"${out}"`;
}

/** A Go rune literal in single quotes. */
export function goQuoteRune(char: string, ascii = false): string {
  return `'${escapeChar(char, "'", ascii)}'`;
}

/** True for what Go's `unicode.IsPrint` calls printable. */
export function isPrintable(char: string): boolean {
  return PRINTABLE.test(char);
}

function escapeChar(char: string, quote: string, ascii: boolean): string {
  if (char === quote) return `\\${quote}`;
  const known = ESCAPES[char];
  if (known !== undefined) return known;
  const code = char.codePointAt(0) ?? 0xfffd;
  if (code < 0x80 ? code >= 0x20 && code < 0x7f : !ascii && isPrintable(char)) return char;
  if (code < 0x20 || code === 0x7f) return `\\x${hex(code, 2)}`;
  if (code >= 0xd800 && code <= 0xdfff) return "\\ufffd";
  return code < 0x10000 ? `\\u${hex(code, 4)}` : `\\U${hex(code, 8)}`;
}

function hex(code: number, width: number): string {
  return code.toString(16).padStart(width, "0");
}
