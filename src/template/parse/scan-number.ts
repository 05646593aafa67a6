const NUMBER =
  /^[+-]?(?:0[xX][0-9a-fA-F_]*(?:\.[0-9a-fA-F_]*)?(?:[pP][+-]?[0-9_]*)?|0[oO][0-7_]*(?:\.[0-7_]*)?|0[bB][01_]*(?:\.[01_]*)?|[0-9_]*(?:\.[0-9_]*)?(?:[eE][+-]?[0-9_]*)?)/;

/** Where the number that begins at `start` ends; not ok when a letter or digit follows it. */
export function scanNumber(text: string, start: number): { readonly end: number; readonly ok: boolean } {
  const end = start + (NUMBER.exec(text.slice(start))?.[0].length ?? 0);
  return { end, ok: !/^[\p{L}\p{Nd}_]/u.test(text.slice(end, end + 2)) };
}
