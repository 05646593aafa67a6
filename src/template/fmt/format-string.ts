import { goQuote, goQuoteRune, isPrintable } from "../../base/index.ts";
import { type Flags, pad } from "./flags.ts";

/** A string under the verbs `v s q x X`; undefined for any other verb. */
export function formatString(text: string, verb: string, flags: Flags): string | undefined {
  switch (verb) {
    case "v":
      return flags.sharpV ? pad(quote(text, flags), flags) : pad(truncate(text, flags), flags);
    case "s":
      return pad(truncate(text, flags), flags);
    case "q":
      return pad(quote(truncate(text, flags), flags), flags);
    case "x":
    case "X":
      return pad(hex(text, verb, flags), flags);
    default:
      return undefined;
  }
}

/** A code point under the verbs `c q U`. */
export function formatRune(code: bigint, verb: string, flags: Flags): string {
  const valid = code >= 0n && code <= 0x10ffffn && !(code >= 0xd800n && code <= 0xdfffn);
  const char = valid ? String.fromCodePoint(Number(code)) : "\ufffd";
  if (verb === "c") return pad(char, flags);
  if (verb === "q") return pad(goQuoteRune(char, flags.plus), flags);
  const digits = BigInt.asUintN(64, code).toString(16).toUpperCase();
  const shown = `U+${digits.padStart(flags.precision ?? 4, "0")}`;
  return pad(flags.sharp && isPrintable(char) ? `${shown} '${char}'` : shown, { ...flags, zero: false });
}

function truncate(text: string, { precision }: Flags): string {
  return precision === undefined ? text : [...text].slice(0, precision).join("");
}

function quote(text: string, flags: Flags): string {
  const canBackquote = !/[`\ufeff]|(?!\t)\p{Cc}/u.test(text);
  return flags.sharp && canBackquote ? `\`${text}\`` : goQuote(text, flags.plus);
}

function hex(text: string, verb: string, flags: Flags): string {
  const bytes = Buffer.from(text).subarray(0, flags.precision ?? Number.POSITIVE_INFINITY);
  const separator = flags.space ? " " : "";
  const prefix = flags.sharp ? `0${verb}` : "";
  const parts = [...bytes].map((byte) => byte.toString(16).padStart(2, "0"));
  const shown = parts.map((part, at) => (at === 0 || flags.space ? prefix : "") + part).join(separator);
  return verb === "X" ? shown.toUpperCase() : shown;
}
