/** Re-indents JSON text as Go's `json.Indent`: key order, numbers and escapes stay as they are. */
export function indentJson(text: string, indent: string): string {
  const out: string[] = [];
  let depth = 0;
  for (let at = 0; at < text.length; ) {
    const char = text.charAt(at);
    if (char === '"') {
      const end = stringEnd(text, at);
      out.push(text.slice(at, end));
      at = end;
      continue;
    }
    at++;
    if (char === "{" || char === "[") {
      const next = skipSpace(text, at);
      if (text.charAt(next) === (char === "{" ? "}" : "]")) {
        out.push(char, text.charAt(next));
        at = next + 1;
      } else out.push(char, "\n", indent.repeat(++depth));
    } else if (char === "}" || char === "]") out.push("\n", indent.repeat(--depth), char);
    else if (char === ",") out.push(",\n", indent.repeat(depth));
    else if (char === ":") out.push(": ");
    else if (!isSpace(char)) out.push(char);
  }
  return out.join("");
}

function stringEnd(text: string, start: number): number {
  let at = start + 1;
  while (at < text.length && text.charAt(at) !== '"') at += text.charAt(at) === "\\" ? 2 : 1;
  return at + 1;
}

function skipSpace(text: string, start: number): number {
  let at = start;
  while (isSpace(text.charAt(at))) at++;
  return at;
}

function isSpace(char: string): boolean {
  return char === " " || char === "\n" || char === "\t" || char === "\r";
}
