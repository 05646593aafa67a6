import { EngineError } from "../base/index.ts";

/** What one place of a pattern stands for: any run of characters, any one, or this one. None stands for a line feed. */
type Token =
  | { readonly kind: "run" }
  | { readonly kind: "one" }
  | { readonly kind: "literal"; readonly text: string };

/** A shell pattern without brackets, in its tokens. */
export type ShellPattern = readonly Token[];

/** Where a pattern matches, in characters; `end` is the first after it. */
export interface PatternMatch {
  readonly start: number;
  readonly end: number;
}

/** Reads `*`, `?`, and `\\` before those two, itself, `}` and `/`. Throws `invalidArgument` for another escape. */
export function parseShellPattern(pattern: string): ShellPattern {
  const words = pattern.match(/\\[\s\S]?|[\s\S]/gu) ?? [];
  const bad = words.find((word) => word.startsWith("\\") && !/^\\[*?\\}/]$/.test(word));
  if (bad === undefined) return words.map(toToken);
  throw new EngineError(
    "invalidArgument",
    `invalid pattern (${pattern}) in substitution: invalid escape '\\${bad.slice(1) || "\ufffd"}'`,
  );
}

function toToken(word: string): Token {
  if (word === "*") return { kind: "run" };
  return word === "?"
    ? { kind: "one" }
    : { kind: "literal", text: word.startsWith("\\") ? word.slice(1) : word };
}

/** How {@link findPattern} looks. */
export interface FindOptions {
  /** First character that may belong to a match; 0 if not given. */
  readonly from?: number;
  /** The match begins right there. */
  readonly anchored?: boolean;
  /** Runs are as short as they can be. */
  readonly shortest?: boolean;
}

const NONE = -1;

/**
 * The first match, as long as it can be or as short. Follows all ways to match at the same time, so that the time is
 * at most the length of the text times that of the pattern, whatever they are.
 */
export function findPattern(
  text: readonly string[],
  pattern: ShellPattern,
  { from = 0, anchored = false, shortest = false }: FindOptions = {},
): PatternMatch | undefined {
  const size = pattern.length;
  // For each place of the pattern, where the first of the matches that have come to it began.
  let starts = new Int32Array(size + 1).fill(NONE);
  let next = new Int32Array(size + 1);
  let found: PatternMatch | undefined;
  const enter = (into: Int32Array, place: number, start: number): void => {
    for (let at = place; ; at++) {
      const known = into[at] ?? NONE;
      if (known !== NONE && known <= start) return;
      into[at] = start;
      if (pattern[at]?.kind !== "run") return;
    }
  };
  for (let at = from; at <= text.length; at++) {
    if (found === undefined && (at === from || !anchored)) enter(starts, 0, at);
    const ended = starts[size] ?? NONE;
    if (ended !== NONE && (found === undefined || ended <= found.start)) {
      found = { start: ended, end: at };
      if (shortest) return found;
    }
    let alive = false;
    next.fill(NONE);
    const character = text[at];
    for (let place = 0; place < size; place++) {
      const start = starts[place] ?? NONE;
      if (start === NONE || character === undefined || (found !== undefined && start > found.start)) continue;
      const token = pattern[place];
      if (token?.kind === "literal" ? token.text !== character : character === "\n") continue;
      enter(next, token?.kind === "run" ? place : place + 1, start);
      alive = true;
    }
    if (!alive && (found !== undefined || anchored)) break;
    [starts, next] = [next, starts];
  }
  return found;
}
