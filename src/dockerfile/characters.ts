/** What ends a line's continuation and quotes a character: `\`, or the value of the directive `escape`. */
export type Escape = "\\" | "`";

const WIDE_SPACE = /^[\u0085\u00a0\u1680\u2000-\u200a\u2028\u2029\u202f\u205f\u3000]$/;

/** Go's `unicode.IsSpace`. */
export function isSpace(character: string): boolean {
  const code = character.charCodeAt(0);
  if (code <= 0x20) return code === 0x20 || (code >= 9 && code <= 13);
  return code >= 0x85 && WIDE_SPACE.test(character);
}

/** Without the space at its beginning, as Go counts space. */
export function trimStart(text: string): string {
  let at = 0;
  while (at < text.length && isSpace(text.charAt(at))) at++;
  return at === 0 ? text : text.slice(at);
}

/** Go's `strings.TrimSpace`. */
export function trimSpace(text: string): string {
  let end = text.length;
  while (end > 0 && isSpace(text.charAt(end - 1))) end--;
  return trimStart(end === text.length ? text : text.slice(0, end));
}
