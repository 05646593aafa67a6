/** The most edits between a word and what it may have been meant to be. */
const MOST = 2;

/**
 * The word of `options` that `word` may be a slip of: at most two edits away, the nearest, the first of equals.
 * Undefined when there is none, or when `word` is one of them.
 */
export function nearest(word: string, options: readonly string[]): string | undefined {
  if (word === "" || options.includes(word)) return undefined;
  let best: string | undefined;
  let least = MOST + 1;
  for (const option of options) {
    const edits = distance(word, option);
    if (edits >= least) continue;
    least = edits;
    best = option;
  }
  return best;
}

/** {@link nearest} whatever the case; the answer is in capitals where `word` is. `options` are in lower case. */
export function nearestInAnyCase(word: string, options: readonly string[]): string | undefined {
  const found = nearest(word.toLowerCase(), options);
  return found !== undefined && word === word.toUpperCase() ? found.toUpperCase() : found;
}

/** ` (did you mean X?)`, or nothing. */
export function didYouMean(suggestion: string | undefined): string {
  return suggestion === undefined ? "" : ` (did you mean ${suggestion}?)`;
}

/** Levenshtein's edit distance. */
function distance(from: string, to: string): number {
  if (Math.abs(from.length - to.length) > MOST) return MOST + 1;
  let previous = Array.from({ length: to.length + 1 }, (_, at) => at);
  for (let row = 1; row <= from.length; row++) {
    const current = [row];
    for (let column = 1; column <= to.length; column++) {
      const change = from.charAt(row - 1) === to.charAt(column - 1) ? 0 : 1;
      current.push(
        Math.min(
          (previous[column] ?? 0) + 1,
          (current[column - 1] ?? 0) + 1,
          (previous[column - 1] ?? 0) + change,
        ),
      );
    }
    previous = current;
  }
  return previous[to.length] ?? 0;
}
