import { toPathPattern } from "../base/index.ts";
import { trimSpace } from "./characters.ts";
import { cleanPath, type IgnorePattern, parseIgnorePattern } from "./ignore-pattern.ts";

/** Tells which paths the lines of an ignore file exclude. Paths are relative, without a slash at either end. */
export interface IgnoreMatcher {
  /** True when the last line that matches `path`, or a folder it is in, has no `!`. */
  excludes(path: string): boolean;
  /** True when `folder` is excluded, and no line with `!` can match anything below it: no need to look. */
  excludesAllBelow(folder: string): boolean;
}

/** Reads a `.dockerignore` file. Throws `invalidArgument` for a malformed pattern. */
export function parseIgnoreFile(source: string | Uint8Array): IgnoreMatcher {
  const text = typeof source === "string" ? source.replace(/^\ufeff/, "") : new TextDecoder().decode(source);
  const patterns = text
    .split("\n")
    .filter((line) => !line.startsWith("#"))
    .map(fromRoot);
  return createIgnoreMatcher(patterns);
}

/** A matcher of patterns such as those of `COPY --exclude`; blank ones count for nothing. Throws `invalidArgument`. */
export function createIgnoreMatcher(patterns: readonly string[]): IgnoreMatcher {
  const read = patterns
    .map(trimSpace)
    .filter((pattern) => pattern !== "")
    .map(parseIgnorePattern);
  const groups = toGroups(read);
  const exceptions = read.filter(({ exception }) => exception).map(({ parts }) => toReach(parts));
  const excludes = (path: string): boolean => {
    let excluded = false;
    for (const { exception, matches } of groups) {
      if (exception === excluded && matches.test(path)) excluded = !exception;
    }
    return excluded;
  };
  return {
    excludes,
    excludesAllBelow: (folder) => {
      return excludes(folder) && !exceptions.some((reaches) => reaches(folder.split("/")));
    },
  };
}

/** A line as a pattern below the root: `/a` is `a`. */
function fromRoot(line: string): string {
  const trimmed = trimSpace(line);
  const exception = trimmed.startsWith("!");
  const pattern = exception ? trimSpace(trimmed.slice(1)) : trimmed;
  if (pattern === "") return trimmed;
  const cleaned = cleanPath(pattern);
  return `${exception ? "!" : ""}${cleaned.length > 1 ? cleaned.replace(/^\//, "") : cleaned}`;
}

interface Group {
  readonly exception: boolean;
  readonly matches: RegExp;
}

/** Neighbours that mean the same are one regular expression, which also matches what is below a match. */
function toGroups(patterns: readonly IgnorePattern[]): Group[] {
  const runs: IgnorePattern[][] = [];
  for (const pattern of patterns) {
    const run = runs.at(-1);
    if (run !== undefined && run[0]?.exception === pattern.exception) run.push(pattern);
    else runs.push([pattern]);
  }
  return runs.map((run) => ({
    exception: run[0]?.exception === true,
    matches: new RegExp(`^(?:${run.map(({ source }) => source).join("|")})(?:/|$)`, "su"),
  }));
}

/** Whether a pattern can match something below a folder which it does not match itself. */
function toReach(parts: readonly string[]): (folder: readonly string[]) => boolean {
  const steps = parts.map((part) => {
    // A negated class may match a slash, so that its folders are not those of the path.
    return part.includes("**") || part.includes("[^") ? undefined : toPathPattern(part);
  });
  return (folder) => {
    for (const [at, name] of folder.entries()) {
      if (at >= steps.length) return false;
      const step = steps[at];
      if (step === undefined) return true;
      if (!step.test(name)) return false;
    }
    return steps.length > folder.length;
  };
}
