import { EngineError } from "../base/index.ts";

/** One instruction of `--change`: its name in upper case, and everything after it. */
export interface ChangeLine {
  readonly name: string;
  readonly rest: string;
}

/** Takes apart Dockerfile lines: comments and blank lines go, a `\` at the end joins the next line. */
export function parseChangeLines(changes: readonly string[]): ChangeLine[] {
  const found: ChangeLine[] = [];
  let pending: string | undefined;
  for (const raw of changes.join("\n").split("\n")) {
    const line = pending === undefined ? raw.trimStart() : raw;
    if (/^\s*(?:#.*)?$/.test(line)) continue;
    const continued = /\\[ \t]*$/.exec(line);
    const text = (pending ?? "") + (continued === null ? line : line.slice(0, continued.index));
    pending = continued === null ? undefined : text;
    if (continued === null) found.push(toLine(text));
  }
  if (pending !== undefined && pending.trim() !== "") found.push(toLine(pending));
  if (found.length === 0) throw new EngineError("invalidArgument", "file with no instructions");
  return found;
}

function toLine(text: string): ChangeLine {
  const [, name = "", rest = ""] = /^(\S+)\s*([\s\S]*)$/.exec(text.trim()) ?? [];
  return { name: name.toUpperCase(), rest };
}

/**
 * A JSON array of strings, or undefined when `text` is none and means a shell line.
 * Throws `invalidArgument` for an array of anything else, as Docker does.
 */
export function parseJsonForm(text: string): string[] | undefined {
  if (!text.startsWith("[")) return undefined;
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    return undefined;
  }
  if (!Array.isArray(value)) return undefined;
  return value.map((each) => {
    if (typeof each === "string") return each;
    throw new EngineError(
      "invalidArgument",
      "when using JSON array syntax, arrays must be comprised of strings only",
    );
  });
}

/** Splits at blanks that are neither quoted nor escaped; quotes and escapes stay. */
export function splitQuoted(text: string): string[] {
  const words: string[] = [];
  let word = "";
  let quote = "";
  for (let at = 0; at < text.length; at++) {
    const character = text.charAt(at);
    if (quote === "" && /\s/.test(character)) {
      if (word !== "") words.push(word);
      word = "";
      continue;
    }
    word += character;
    if (character === "\\" && quote !== "'") word += text.charAt(++at);
    else if (quote === "" && (character === "'" || character === '"')) quote = character;
    else if (character === quote) quote = "";
  }
  if (word !== "") words.push(word);
  return words;
}

/** The pairs of `ENV` and `LABEL`: `a=b c=d`, or the old form `a b`. Values keep their quotes. */
export function parsePairs(name: string, rest: string): [string, string][] {
  const words = splitQuoted(rest);
  const [first] = words;
  if (first === undefined) throw new EngineError("invalidArgument", `${name} requires at least one argument`);
  if (!first.includes("=")) {
    const [, key = "", value = ""] = /^(\S+)\s+([\s\S]*)$/.exec(rest) ?? [];
    if (value === "") throw new EngineError("invalidArgument", `${name} must have two arguments`);
    return [[key, value]];
  }
  return words.map((word) => {
    const equals = word.indexOf("=");
    if (equals < 0) {
      throw new EngineError(
        "invalidArgument",
        `Syntax error - can't find = in ${JSON.stringify(word)}. Must be of the form: name=value`,
      );
    }
    if (equals === 0) throw new EngineError("invalidArgument", `${name} names can not be blank`);
    return [word.slice(0, equals), word.slice(equals + 1)];
  });
}
