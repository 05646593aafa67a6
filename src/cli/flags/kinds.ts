import {
  goQuote,
  parseBytes,
  parseCsv,
  parseGoBool,
  parseGoDuration,
  parseGoInteger,
} from "../../base/index.ts";
import { parseNanoCpus } from "../values/cpus.ts";
import { type FilterValues, parseFilter } from "../values/filter.ts";
import type { Flag } from "./flag.ts";

type Extra = Pick<Flag<unknown>, "shorthand" | "shownDefault" | "hidden" | "aliasOf" | "deprecated">;
type Check = (text: string) => string;

/** A flag that is on or off; it takes a value only with `=`. */
export function bool(usage: string, extra: Extra & { readonly initial?: boolean } = {}): Flag<boolean> {
  const initial = extra.initial ?? false;
  return {
    type: "",
    usage,
    bare: "true",
    ...(initial ? { shownDefault: "true" } : {}),
    ...extra,
    initial,
    add: (_, text) => {
      const value = parseGoBool(text);
      if (value === undefined) throw numberError("ParseBool", text, "invalid syntax");
      return value;
    },
  };
}

/** A flag with one text; the last one given wins. */
export function text(usage: string, extra: Extra & { readonly initial?: string } = {}): Flag<string> {
  const initial = extra.initial ?? "";
  const shown = initial === "" ? {} : { shownDefault: goQuote(initial) };
  return { type: "string", usage, ...shown, ...extra, initial, add: (_, value) => value };
}

/** A flag with one integer. */
export function int(usage: string, extra: Extra & { readonly initial?: number } = {}): Flag<number> {
  const initial = extra.initial ?? 0;
  const shown = initial === 0 ? {} : { shownDefault: String(initial) };
  return { type: "int", usage, ...shown, ...extra, initial, add: (_, value) => parseBounded(value, INT64) };
}

/** A flag with one integer of 0 to 65535. */
export function uint16(usage: string, extra: Extra = {}): Flag<number> {
  return { type: "uint16", usage, ...extra, initial: 0, add: (_, value) => parseBounded(value, UINT16) };
}

/** A flag with one integer from 0 on. */
export function uint(usage: string, extra: Extra = {}): Flag<number> {
  return { type: "uint", usage, ...extra, initial: 0, add: (_, value) => parseBounded(value, UINT64) };
}

/** A flag that may be repeated; commas mean nothing. `check` may rewrite a value or refuse it. */
export function list(usage: string, extra: Extra & { readonly check?: Check } = {}): Flag<readonly string[]> {
  const { check, ...rest } = extra;
  return {
    type: "list",
    usage,
    ...rest,
    initial: [],
    add: (values, value) => [...values, check === undefined ? value : check(value)],
  };
}

/** A flag that may be repeated and whose values are split at commas. */
export function strings(usage: string, extra: Extra = {}): Flag<readonly string[]> {
  return {
    type: "strings",
    usage,
    ...extra,
    initial: [],
    add: (values, value) => [...values, ...(value === "" ? [] : parseCsv(value))],
  };
}

/** A repeated `key=value`; the last of equal keys wins. */
export function map(
  usage: string,
  extra: Extra & { readonly check?: Check } = {},
): Flag<Readonly<Record<string, string>>> {
  const { check, ...rest } = extra;
  return {
    type: "map",
    usage,
    shownDefault: "map[]",
    ...rest,
    initial: {},
    add: (values, value) => {
      const checked = check === undefined ? value : check(value);
      const at = checked.indexOf("=");
      return at < 0
        ? { ...values, [checked]: "" }
        : { ...values, [checked.slice(0, at)]: checked.slice(at + 1) };
    },
  };
}

/** A repeated `--filter name=value`. */
export function filter(usage: string, extra: Extra = {}): Flag<FilterValues> {
  return { type: "filter", usage, ...extra, initial: {}, add: parseFilter };
}

/** A number of bytes with a binary suffix. `unlimited` accepts -1. */
export function bytes(usage: string, extra: Extra & { readonly unlimited?: true } = {}): Flag<number> {
  const { unlimited, ...rest } = extra;
  return {
    type: "bytes",
    usage,
    ...rest,
    initial: 0,
    add: (_, value) => (unlimited && value === "-1" ? -1 : parseBytes(value)),
  };
}

/** A number of CPUs, kept as billionths. */
export function cpus(usage: string, extra: Extra = {}): Flag<number> {
  return { type: "decimal", usage, ...extra, initial: 0, add: (_, value) => parseNanoCpus(value) };
}

/** A Go duration in nanoseconds. */
export function duration(usage: string, extra: Extra = {}): Flag<number> {
  return {
    type: "duration",
    usage,
    shownDefault: "0s",
    ...extra,
    initial: 0,
    add: (_, value) => parseGoDuration(value),
  };
}

/** A repeated flag whose values have a grammar of their own. */
export function parsed<T>(
  type: string,
  usage: string,
  options: Extra & { readonly parse: (text: string) => T },
): Flag<readonly T[]> {
  const { parse, ...extra } = options;
  return { type, usage, ...extra, initial: [], add: (values, value) => [...values, parse(value)] };
}

interface Bounds {
  readonly parser: string;
  readonly min: bigint;
  readonly max: bigint;
}

const INT64: Bounds = { parser: "ParseInt", min: -(1n << 63n), max: (1n << 63n) - 1n };
const UINT16: Bounds = { parser: "ParseUint", min: 0n, max: 65535n };
const UINT64: Bounds = { parser: "ParseUint", min: 0n, max: (1n << 64n) - 1n };

function parseBounded(value: string, { parser, min, max }: Bounds): number {
  const parsed = min === 0n && /^[+-]/.test(value) ? undefined : parseGoInteger(value);
  if (parsed === undefined) throw numberError(parser, value, "invalid syntax");
  if (parsed < min || parsed > max) throw numberError(parser, value, "value out of range");
  return Number(parsed);
}

function numberError(parser: string, value: string, reason: string): Error {
  return new Error(`strconv.${parser}: parsing ${goQuote(value)}: ${reason}`);
}
