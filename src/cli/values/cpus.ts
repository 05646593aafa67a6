/** Reads a number of CPUs such as `1.5` into billionths. Throws with Docker's text. */
export function parseNanoCpus(text: string): number {
  const match = /^([+-]?)(\d*)(?:\.(\d*))?(?:[eE]([+-]?\d{1,3}))?(?:\/(\d+))?$/.exec(text);
  const [, sign = "", whole = "", fraction = "", exponent = "0", divisor = "1"] = match ?? [];
  if (match === null || whole + fraction === "" || /^0+$/.test(divisor)) {
    throw new Error(`failed to parse ${text} as a rational number`);
  }
  const shift = 9 + Number(exponent) - fraction.length;
  const digits = BigInt(whole + fraction);
  const dividend = shift >= 0 ? digits * 10n ** BigInt(shift) : digits;
  const by = BigInt(divisor) * (shift >= 0 ? 1n : 10n ** BigInt(-shift));
  if (dividend % by !== 0n) throw new Error("value is too precise");
  return Number(dividend / by) * (sign === "-" ? -1 : 1);
}
