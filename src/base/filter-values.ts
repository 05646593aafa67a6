import type { Nanoseconds } from "./clock.ts";
import { EngineError } from "./errors.ts";
import { parseTimestamp } from "./parse-timestamp.ts";

/** `--filter` values by key, as given. */
export type FilterValues = Readonly<Record<string, readonly string[]>>;

/** Throws `invalidFilter` for a key that is not in `known`. */
export function checkFilterKeys(filters: FilterValues, known: readonly string[]): void {
  for (const key of Object.keys(filters)) if (!known.includes(key)) throw invalidFilter(key);
}

/** The value of a yes-or-no filter; undefined when it was not given. */
export function booleanFilter(filters: FilterValues, key: string): boolean | undefined {
  const values = filters[key];
  if (values === undefined || values.length === 0) return undefined;
  const found = new Set(values.map(parseBoolean));
  const [only] = found;
  if (found.size !== 1 || only === undefined) throw invalidFilter(`${key}=[${[...values].sort().join(" ")}]`);
  return only;
}

/** True when the labels have all of `label` (`key` or `key=value`) and none of `label!`. */
export function labelsMatch(filters: FilterValues, labels: Readonly<Record<string, string>> = {}): boolean {
  const has = (wanted: string): boolean => {
    const equals = wanted.indexOf("=");
    if (equals < 0) return Object.hasOwn(labels, wanted);
    const key = wanted.slice(0, equals);
    return Object.hasOwn(labels, key) && labels[key] === wanted.slice(equals + 1);
  };
  return (filters.label ?? []).every(has) && !(filters["label!"] ?? []).some(has);
}

function parseBoolean(text: string): boolean | undefined {
  if (["1", "t", "T", "true", "TRUE", "True"].includes(text)) return true;
  if (["0", "f", "F", "false", "FALSE", "False"].includes(text)) return false;
  return undefined;
}

/** Docker's refusal of a filter's name, or of a name and value. */
export function invalidFilter(text: string): EngineError {
  return new EngineError("invalidArgument", text === "" ? "invalid filter" : `invalid filter '${text}'`);
}

/** The point in time that a single `until` means; undefined when there is none. Throws `invalidArgument`. */
export function untilFilter({ until = [] }: FilterValues): Nanoseconds | undefined {
  const [first, second] = until;
  if (second !== undefined) throw new EngineError("invalidArgument", "more than one until filter specified");
  return first === undefined ? undefined : parseTimestamp(first);
}
