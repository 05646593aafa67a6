import { type Escape, isSpace, trimStart } from "./characters.ts";
import { InstructionError } from "./errors.ts";

const BLANKS = /[\t\v\f\r ]+/;

/** Splits at blanks, whatever quotes say. */
export function splitBlanks(text: string): string[] {
  return text === "" ? [] : text.split(BLANKS);
}

/** The part before the first blanks and the part after them; one part when there are none. */
export function splitOnce(text: string): readonly [first: string, rest?: string] {
  const [blanks = ""] = BLANKS.exec(text) ?? [];
  if (blanks === "") return [text];
  const at = text.indexOf(blanks);
  return [text.slice(0, at), text.slice(at + blanks.length)];
}

/** Splits at blanks that are neither quoted nor escaped; quotes and escapes stay for the expansion. */
export function splitQuoted(text: string, escapeToken: Escape): string[] {
  const words: string[] = [];
  let word = "";
  let quote = "";
  for (let at = 0; at < text.length; at++) {
    const character = text.charAt(at);
    if (quote === "" && isSpace(character)) {
      if (word !== "") words.push(word);
      word = "";
    } else if (character === escapeToken && quote !== "'") {
      if (at + 1 < text.length) word += character + text.charAt(++at);
    } else {
      word += character;
      if (character === quote) quote = "";
      else if (quote === "" && (character === "'" || character === '"')) quote = character;
    }
  }
  if (word !== "") words.push(word);
  return words;
}

/**
 * A JSON array of strings, or undefined when `text` is none and means something else.
 * Throws `invalidArgument` for an array of anything else.
 */
export function parseJsonForm(text: string): string[] | undefined {
  if (!trimStart(text).startsWith("[")) return undefined;
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    return undefined;
  }
  if (!Array.isArray(value)) return undefined;
  return value.map((each) => {
    if (typeof each === "string") return each;
    throw new InstructionError("when using JSON array syntax, arrays must be comprised of strings only", {
      grammar: true,
    });
  });
}
