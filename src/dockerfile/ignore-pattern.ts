import { posix } from "node:path";
import {
  chunkAfter,
  EngineError,
  firstChance,
  type GlobToken,
  globSource,
  MOST_STARS,
  readGlob,
} from "../base/index.ts";

/** One line of an ignore file. */
export interface IgnorePattern {
  /** Written with `!`: what it matches is not excluded. */
  readonly exception: boolean;
  /** A regular expression, for the flags `su`, without anchors: the path that the pattern matches. */
  readonly source: string;
  /** The pattern's folders, for the question what may match below a folder. */
  readonly parts: readonly string[];
}

/**
 * Reads one pattern as moby's `patternmatcher` does: `**` is any number of folders, a pattern is relative to the root
 * whatever it begins with. Throws `invalidArgument` for a malformed one.
 */
export function parseIgnorePattern(pattern: string): IgnorePattern {
  const cleaned = cleanPath(pattern);
  const exception = cleaned.startsWith("!");
  const path = exception ? cleaned.slice(1) : cleaned;
  if (path === "") throw new EngineError("invalidArgument", 'illegal exclusion pattern: "!"');
  return { exception, source: toSource(readGlob(path)), parts: path.split("/") };
}

/** A pattern for whole paths, as `toPathPattern` reads it, in which `**` is any number of folders. Throws `invalidArgument`. */
export function toGlobstarPattern(pattern: string): RegExp {
  return new RegExp(`^${toSource(readGlob(pattern))}$`, "su");
}

/** Go's `path.Clean`. */
export function cleanPath(path: string): string {
  const normal = posix.normalize(path);
  return normal.length > 1 && normal.endsWith("/") ? normal.slice(0, -1) : normal;
}

function toSource(tokens: readonly GlobToken[]): string {
  const { stars, folders } = countStars(tokens);
  const onlyText = (from: number) => tokens.slice(from).every(({ kind }) => kind === "text");
  let source = "";
  for (let at = 0; at < tokens.length; at++) {
    const token = tokens[at];
    if (token === undefined) break;
    if (token.kind !== "many" || tokens[at + 1]?.kind !== "many") {
      source += token.kind === "many" && stars > MOST_STARS ? starSource(tokens, at) : tokenSource(token);
      continue;
    }
    const first = at === 0;
    at++;
    const slash = isSlash(tokens[at + 1]);
    if (slash) at++;
    const chunk = slash && folders > MOST_STARS ? foldersAfter(tokens, at) : [];
    if (chunk.length > 0) source += `(?:(?!${toSource(chunk)})[^/]*/)*`;
    else if (at + 1 === tokens.length) source += ".*";
    // moby looks only at how the path ends where nothing but text follows: `**foo` matches `xfoo`.
    else source += first && !slash && onlyText(at + 1) ? ".*" : "(?:.*/)?";
  }
  return source;
}

/** How many stars stand alone, and how many `**` there are. */
function countStars(tokens: readonly GlobToken[]): { readonly stars: number; readonly folders: number } {
  let [stars, folders] = [0, 0];
  for (let at = 0; at < tokens.length; at++) {
    if (tokens[at]?.kind !== "many") continue;
    if (isFolders(tokens, at)) {
      folders++;
      at++;
    } else stars++;
  }
  return { stars, folders };
}

function isFolders(tokens: readonly GlobToken[], at: number): boolean {
  return tokens[at]?.kind === "many" && tokens[at + 1]?.kind === "many";
}

/** A star of many. A negated class, which may match a slash, or a `**` behind it can need a later chance than the first. */
function starSource(tokens: readonly GlobToken[], at: number): string {
  const chunk = chunkAfter(tokens, at);
  const isPlain = chunk.every((token) => token.kind !== "class" || !token.negated);
  const next = at + 1 + chunk.length;
  return firstChance(isPlain && !isFolders(tokens, next) ? chunk.map(tokenSource) : []);
}

/** Whole folders between the slash at `at` and the next `**`; nothing when it is not whole folders. */
function foldersAfter(tokens: readonly GlobToken[], at: number): readonly GlobToken[] {
  const next = tokens.findIndex((_, place) => place > at && isFolders(tokens, place));
  const chunk = next < 0 ? [] : tokens.slice(at + 1, next);
  const isPlain = chunk.every((token) => token.kind !== "class" || !token.negated);
  return isPlain && isSlash(chunk.at(-1)) ? chunk : [];
}

function isSlash(token: GlobToken | undefined): boolean {
  return token?.kind === "text" && token.text === "/";
}

/** moby's negated classes match a slash too. */
function tokenSource(token: GlobToken): string {
  const source = globSource(token);
  if (token.kind !== "class") return source;
  if (token.ranges.some(([low, high]) => low > high)) {
    throw new EngineError("invalidArgument", "syntax error in pattern");
  }
  return token.negated ? source.replace("[^/", "[^") : source;
}
