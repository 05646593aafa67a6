import { invalidFilter } from "./errors.ts";

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
export function labelsMatch(filters: FilterValues, labels: Readonly<Record<string, string>>): boolean {
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
