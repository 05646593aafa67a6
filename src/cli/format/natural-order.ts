const PART = /\d+|\D/gsu;

/** Compares two names so that `b2` comes before `b10`; digits come before everything else. */
export function compareNatural(one: string, other: string): number {
  const left = one.match(PART) ?? [];
  const right = other.match(PART) ?? [];
  for (let at = 0; at < Math.min(left.length, right.length); at++) {
    const order = compareParts(left[at] ?? "", right[at] ?? "");
    if (order !== 0) return order;
  }
  return left.length - right.length;
}

function compareParts(one: string, other: string): number {
  const isNumber = [one, other].map((part) => /^\d/.test(part));
  if (isNumber[0] !== isNumber[1]) return isNumber[0] ? -1 : 1;
  if (!isNumber[0]) return Buffer.compare(Buffer.from(one), Buffer.from(other));
  const [left, right] = [one, other].map((digits) => digits.replace(/^0+/, ""));
  if (left === undefined || right === undefined) return 0;
  if (left.length !== right.length) return left.length - right.length;
  // Equal numbers: the one with fewer zeros in front is first.
  return left === right ? one.length - other.length : left < right ? -1 : 1;
}
