import { goQuote } from "../../base/index.ts";
import { goUnquote } from "../go/go-unquote.ts";
import type { NumberNode } from "./node.ts";

const BASED = /^([+-]?)(0[xX]|0[oO]|0[bB]|0)?([0-9a-fA-F]*)$/;
const DIGITS: Readonly<Record<string, RegExp>> = {
  "0x": /^[0-9a-f]+$/i,
  "0o": /^[0-7]+$/,
  "0b": /^[01]+$/,
  "": /^[0-9]+$/,
};
const HEX_FLOAT = /^([+-]?)0[xX]([0-9a-fA-F]*)(?:\.([0-9a-fA-F]*))?[pP]([+-]?[0-9]+)$/;
const DECIMAL = /^[+-]?(?:[0-9]+\.?[0-9]*|\.[0-9]+)(?:[eE][+-]?[0-9]+)?$/;
const BAD_UNDERSCORE = /^[+-]?_|__|_$|[^0-9a-fA-FxXoObB]_|_[^0-9a-fA-F]/;

/** A number or rune literal; an error text when it is not valid. */
export function parseNumber(pos: number, text: string): NumberNode | string {
  if (text.startsWith("'")) return parseRune(pos, text);
  if (!BAD_UNDERSCORE.test(text)) {
    const plain = text.replaceAll("_", "");
    const integer = parseInteger(plain);
    if (typeof integer === "string") return `${integer}${goQuote(text)}`;
    if (integer !== undefined) {
      return { kind: "number", pos, text, integer, float: Number(integer), form: "integer" };
    }
    const float = parseFloatText(plain);
    if (float !== undefined) {
      if (!/[.eEpP]/.test(text)) return `integer overflow: ${goQuote(text)}`;
      if (!Number.isFinite(float)) return `illegal number syntax: ${goQuote(text)}`;
      const whole = Number.isInteger(float) ? BigInt(float) : undefined;
      const isInt64 = whole !== undefined && BigInt.asIntN(64, whole) === whole;
      return { kind: "number", pos, text, integer: isInt64 ? whole : undefined, float, form: "float" };
    }
  }
  return `illegal number syntax: ${goQuote(text)}`;
}

function parseRune(pos: number, text: string): NumberNode | string {
  const value = goUnquote(text);
  if (value === undefined || value === "") return "invalid syntax";
  if ([...value].length > 1) return `malformed character constant: ${text}`;
  const code = value.codePointAt(0) ?? 0;
  return { kind: "number", pos, text, integer: BigInt(code), float: code, form: "rune" };
}

function parseInteger(text: string): bigint | string | undefined {
  const [, sign = "", prefix = "", digits = ""] = BASED.exec(text) ?? [];
  const base = prefix.length === 2 ? prefix.toLowerCase() : "";
  if (prefix === "0" && digits !== "") {
    // A leading zero means octal, as in Go.
    if (!/^[0-7]+$/.test(digits)) return undefined;
    return limited(sign, BigInt(`0o${digits}`));
  }
  const all = base === "" ? prefix + digits : digits;
  if (DIGITS[base]?.test(all) !== true) return undefined;
  return limited(sign, BigInt(base + all));
}

function limited(sign: string, size: bigint): bigint | string {
  const value = sign === "-" ? -size : size;
  const fits = value >= -(1n << 63n) && value < 1n << 64n;
  return fits ? value : "integer overflow: ";
}

function parseFloatText(text: string): number | undefined {
  if (DECIMAL.test(text)) return Number(text);
  const [, sign = "", whole = "", fraction = "", exponent] = HEX_FLOAT.exec(text) ?? [];
  if (exponent === undefined || whole + fraction === "") return undefined;
  const size = Number.parseInt(whole + fraction, 16) * 2 ** (Number(exponent) - 4 * fraction.length);
  return sign === "-" ? -size : size;
}
