import { goQuote } from "./go-quote.ts";

const POWERS: Readonly<Record<string, number>> = { k: 1, m: 2, g: 3, t: 4, p: 5 };

/** Reads a number of bytes such as `1.5g`: binary units, rounded down. Throws with Docker's text. */
export function parseBytes(text: string): number {
  const unitAt = text.search(/[^0-9. ][^0-9. ]*$/);
  const number = (unitAt < 0 ? text : text.slice(0, unitAt)).replace(/ $/, "");
  const suffix = unitAt < 0 ? "" : text.slice(unitAt);
  if (number === "" || number.startsWith("-")) throw new Error(`invalid size: '${text}'`);
  if (!/^(\d+\.?\d*|\.\d+)(e[+-]?\d+)?$/i.test(number)) {
    throw new Error(`strconv.ParseFloat: parsing ${goQuote(number)}: invalid syntax`);
  }
  if (!/^(b|[kmgtp](i?b)?)?$/i.test(suffix)) throw new Error(`invalid suffix: '${suffix}'`);
  return Math.floor(Number(number) * 1024 ** (POWERS[suffix.slice(0, 1).toLowerCase()] ?? 0));
}
