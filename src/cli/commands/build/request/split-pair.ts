/** A text before and after the first `=`; without one, there is nothing after. */
export function splitPair(text: string): readonly [key: string, value: string | undefined] {
  const at = text.indexOf("=");
  return at < 0 ? [text, undefined] : [text.slice(0, at), text.slice(at + 1)];
}
