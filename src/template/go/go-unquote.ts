const SIMPLE: Readonly<Record<string, string>> = {
  a: "\x07",
  b: "\b",
  f: "\f",
  n: "\n",
  r: "\r",
  t: "\t",
  v: "\v",
  "\\": "\\",
};
const HEX_LENGTHS: Readonly<Record<string, number>> = { x: 2, u: 4, U: 8 };

/** The text of a Go string literal or rune literal, quotes included; undefined when it is not valid Go. */
export function goUnquote(literal: string): string | undefined {
  const quote = literal.charAt(0);
  const inner = literal.slice(1, -1);
  if (quote === "`") return inner.replaceAll("\r", "");
  // `\x` and octal escapes name bytes, the rest names characters: both meet in UTF-8.
  const bytes: Uint8Array[] = [];
  let plain = "";
  for (let at = 0; at < inner.length; ) {
    const char = inner.charAt(at);
    if (char === "\n") return undefined;
    if (char !== "\\") {
      plain += char;
      at++;
      continue;
    }
    const found = readEscape(inner, at + 1, quote);
    if (found === undefined) return undefined;
    if (found.byte === undefined) plain += found.text;
    else {
      bytes.push(Buffer.from(plain), Uint8Array.of(found.byte));
      plain = "";
    }
    at = found.end;
  }
  return bytes.length === 0 ? plain : Buffer.concat([...bytes, Buffer.from(plain)]).toString();
}

interface Escape {
  readonly text: string;
  readonly byte?: number;
  readonly end: number;
}

function readEscape(text: string, at: number, quote: string): Escape | undefined {
  const letter = text.charAt(at);
  const simple = SIMPLE[letter] ?? (letter === quote ? quote : undefined);
  if (simple !== undefined) return { text: simple, end: at + 1 };
  const octal = /^[0-7]{3}/.exec(text.slice(at, at + 3));
  if (octal !== null) {
    const byte = Number.parseInt(octal[0], 8);
    return byte > 255 ? undefined : { text: "", byte, end: at + 3 };
  }
  const length = HEX_LENGTHS[letter];
  if (length === undefined) return undefined;
  const digits = text.slice(at + 1, at + 1 + length);
  if (!/^[0-9a-fA-F]+$/.test(digits) || digits.length !== length) return undefined;
  const code = Number.parseInt(digits, 16);
  const end = at + 1 + length;
  if (length === 2) return { text: "", byte: code, end };
  if (code > 0x10ffff || (code >= 0xd800 && code <= 0xdfff)) return undefined;
  return { text: String.fromCodePoint(code), end };
}
