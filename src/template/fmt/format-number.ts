import { formatFloat } from "../go/format-float.ts";
import { type Flags, pad } from "./flags.ts";

const PREFIXES: Readonly<Record<string, string>> = { b: "0b", x: "0x", X: "0X" };
const BASES: Readonly<Record<string, number>> = { b: 2, o: 8, O: 8, d: 10, x: 16, X: 16 };

/** An integer under the verbs `b o O d x X`. */
export function formatInteger(value: bigint, verb: string, flags: Flags): string {
  const negative = value < 0n;
  const sign = negative ? "-" : flags.plus ? "+" : flags.space ? " " : "";
  let digits = (negative ? -value : value).toString(BASES[verb] ?? 10);
  if (verb === "X") digits = digits.toUpperCase();
  if (flags.precision !== undefined) {
    if (flags.precision === 0 && value === 0n) return pad("", { ...flags, zero: false });
    digits = digits.padStart(flags.precision, "0");
  } else if (flags.zero && !flags.minus && flags.width !== undefined) {
    digits = digits.padStart(flags.width - sign.length, "0");
  }
  if (verb === "O") digits = `0o${digits}`;
  else if (flags.sharp && verb === "o" && !digits.startsWith("0")) digits = `0${digits}`;
  else if (flags.sharp) digits = (PREFIXES[verb] ?? "") + digits;
  return pad(sign + digits, { ...flags, zero: false });
}

/** A float under the verbs `e E f F g G`. */
export function formatFloatVerb(value: number, verb: string, flags: Flags): string {
  const layout = verb.toLowerCase() as "e" | "f" | "g";
  const precision = flags.precision ?? (layout === "g" ? -1 : 6);
  let text = formatFloat(value, layout, precision);
  if (verb !== verb.toLowerCase() && Number.isFinite(value)) text = text.toUpperCase();
  const signed = text.startsWith("-") || text.startsWith("+");
  const sign = text.startsWith("-") ? "-" : flags.plus ? "+" : flags.space ? " " : "";
  const body = signed ? text.slice(1) : text;
  if (!Number.isFinite(value)) {
    const shown = Number.isNaN(value) || value < 0 ? sign : sign || "+";
    return pad(shown + body, { ...flags, zero: false });
  }
  if (flags.zero && !flags.minus && flags.width !== undefined) {
    return sign + body.padStart(flags.width - sign.length, "0");
  }
  return pad(sign + body, flags);
}
