import { EngineError } from "./errors.ts";

/** A piece of a pattern as Go's `path.Match` reads it. */
export type GlobToken =
  | { readonly kind: "text"; readonly text: string }
  /** `*` */
  | { readonly kind: "many" }
  /** `?` */
  | { readonly kind: "one" }
  /** `[a-z]`, `[^a]` */
  | {
      readonly kind: "class";
      readonly negated: boolean;
      readonly ranges: readonly (readonly [low: string, high: string])[];
    };

/** Takes a pattern apart; a backslash quotes. Throws `invalidArgument` for a malformed one. */
export function readGlob(pattern: string): GlobToken[] {
  const tokens: GlobToken[] = [];
  const characters = [...pattern];
  for (let at = 0; at < characters.length; at++) {
    const character = characters[at];
    if (character === "*") tokens.push({ kind: "many" });
    else if (character === "?") tokens.push({ kind: "one" });
    else if (character === "[") {
      const { token, end } = readClass(characters, at + 1);
      tokens.push(token);
      at = end;
    } else {
      const text = character === "\\" ? characters[++at] : character;
      if (text === undefined) throw badPattern();
      tokens.push({ kind: "text", text });
    }
  }
  return tokens;
}

function readClass(characters: readonly string[], start: number): { token: GlobToken; end: number } {
  let at = start;
  const negated = characters[at] === "^";
  if (negated) at++;
  const ranges: [string, string][] = [];
  const read = (): string => {
    const quoted = characters[at] === "\\";
    const character = characters[quoted ? at + 1 : at];
    if (character === undefined || (!quoted && (character === "-" || character === "]"))) throw badPattern();
    at += quoted ? 2 : 1;
    return character;
  };
  do {
    const low = read();
    if (characters[at] === "-") {
      at++;
      ranges.push([low, read()]);
    } else ranges.push([low, low]);
  } while (characters[at] !== "]");
  return { token: { kind: "class", negated, ranges }, end: at };
}

/** The regular expression of a token, for the flag `u`: nothing but text matches a slash. */
export function globSource(token: GlobToken): string {
  switch (token.kind) {
    case "text":
      return RegExp.escape(token.text);
    case "many":
      return "[^/]*";
    case "one":
      return "[^/]";
    case "class": {
      const ranges = token.ranges.filter(([low, high]) => low <= high);
      const inside = ranges.map(([low, high]) => `${escaped(low)}-${escaped(high)}`).join("");
      return token.negated ? `[^/${inside}]` : `[${inside}]`;
    }
  }
}

function escaped(character: string): string {
  return `\\u{${character.codePointAt(0)?.toString(16)}}`;
}

/**
 * Go's `path.Match`: `*` and `?` stop at `/`, `[a-z]` and `[^a]` are classes, `\` quotes.
 * Throws `invalidArgument` for a malformed pattern.
 */
export function toPathPattern(pattern: string): RegExp {
  const tokens = readGlob(pattern).filter(
    ({ kind }, at, all) => kind !== "many" || all[at - 1]?.kind !== "many",
  );
  const isHard = tokens.filter(({ kind }) => kind === "many").length > MOST_STARS;
  const sources = tokens.map((token, at) =>
    isHard && token.kind === "many" ? firstChance(chunkAfter(tokens, at).map(globSource)) : globSource(token),
  );
  return new RegExp(`^${sources.join("")}$`, "su");
}

/** Stars of a pattern whose ways to match are few enough to be tried one after the other. */
export const MOST_STARS = 2;

/**
 * A star that goes no further than to the first place where `chunk`, which follows it up to the next star, matches: if
 * anything can match, that does. Otherwise a pattern of many stars could be tried in countless ways.
 */
export function firstChance(chunk: readonly string[]): string {
  return chunk.length === 0 ? "[^/]*" : `(?:(?!${chunk.join("")})[^/])*`;
}

/** What is between the star at `at` and the next; nothing when there is none. */
export function chunkAfter(tokens: readonly GlobToken[], at: number): readonly GlobToken[] {
  const next = tokens.findIndex(({ kind }, place) => place > at && kind === "many");
  return next < 0 ? [] : tokens.slice(at + 1, next);
}

function badPattern(): EngineError {
  return new EngineError("invalidArgument", "syntax error in pattern");
}
