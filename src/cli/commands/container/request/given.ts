/** Leaves out what is undefined: the engine fills in its own default for a part that is missing. */
export function given<T extends object>(
  parts: {
    readonly [K in keyof T]?: T[K] | undefined;
  },
): Partial<T> {
  // Only entries with a value of their declared type are left.
  return Object.fromEntries(Object.entries(parts).filter(([, value]) => value !== undefined)) as Partial<T>;
}

/** The text, or undefined when it is empty. */
export function textOf(text: string): string | undefined {
  return text === "" ? undefined : text;
}

/** The list, or undefined when it is empty. */
export function listOf<T>(list: readonly T[]): readonly T[] | undefined {
  return list.length === 0 ? undefined : list;
}

/** The object, or undefined when it has no entry. */
export function recordOf<T extends object>(record: T): T | undefined {
  return Object.keys(record).length === 0 ? undefined : record;
}

/** The number, or undefined when it is 0. */
export function numberOf(number: number): number | undefined {
  return number === 0 ? undefined : number;
}
