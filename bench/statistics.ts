/** What is said about repeated measurements; all in the unit of the values. */
export interface Summary {
  readonly count: number;
  readonly median: number;
  readonly min: number;
  readonly max: number;
}

/** Summarises `values`; for an even count the median is the mean of the two in the middle. Throws a RangeError when there are none. */
export function summarize(values: readonly number[]): Summary {
  const sorted = [...values].sort((a, b) => a - b);
  const min = sorted[0];
  const max = sorted.at(-1);
  const upper = sorted[Math.floor(sorted.length / 2)];
  const lower = sorted[Math.floor((sorted.length - 1) / 2)];
  if (min === undefined || max === undefined || upper === undefined || lower === undefined) {
    throw new RangeError("no values to summarise");
  }
  return { count: sorted.length, median: (lower + upper) / 2, min, max };
}

/** How many times `value` is of `base`: 2 when it takes twice as long. Undefined when `base` is not above zero. */
export function ratio(value: number, base: number): number | undefined {
  return base > 0 ? value / base : undefined;
}

/** A measured time without the cost of the wrapper that a contender had to be called through; never below zero. */
export function lessWrapper(milliseconds: number, wrapper: number): number {
  return Math.max(0, milliseconds - wrapper);
}
