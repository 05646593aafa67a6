/** The values of `--filter` by key. */
export type FilterValues = Readonly<Record<string, readonly string[]>>;

/** Adds one `name=value`; the name is trimmed and lower-cased, an equal value counts once. Throws with Docker's text. */
export function parseFilter(values: FilterValues, text: string): FilterValues {
  if (text === "") return values;
  const at = text.indexOf("=");
  if (at < 0) throw new Error("bad format of filter (expected name=value)");
  const name = text.slice(0, at).trim().toLowerCase();
  const value = text.slice(at + 1).trim();
  const before = values[name] ?? [];
  return before.includes(value) ? values : { ...values, [name]: [...before, value] };
}
