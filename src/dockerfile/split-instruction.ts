import { isSpace, trimSpace } from "./characters.ts";

/** An instruction taken apart as far as all instructions are alike. */
export interface InstructionParts {
  /** The first word as it is written. */
  readonly keyword: string;
  /** The words that begin with `--`, quotes and escapes removed. */
  readonly flags: readonly string[];
  readonly rest: string;
}

const BLANKS = /[\t\v\f\r ]+/;

/** Splits a logical line into keyword, flags and the rest. */
export function splitInstruction(text: string): InstructionParts {
  const line = trimSpace(text);
  const [blanks = ""] = BLANKS.exec(line) ?? [];
  if (blanks === "") return { keyword: line, flags: [], rest: "" };
  const end = line.indexOf(blanks);
  const { flags, rest } = takeFlags(line.slice(end + blanks.length));
  return { keyword: line.slice(0, end), flags, rest: trimSpace(rest) };
}

function takeFlags(line: string): { flags: string[]; rest: string } {
  const flags: string[] = [];
  let at = 0;
  for (;;) {
    while (at < line.length && isSpace(line.charAt(at))) at++;
    if (!line.startsWith("--", at)) return { flags, rest: line.slice(at) };
    const { word, end } = readFlag(line, at);
    if (word === "--") return { flags, rest: line.slice(end) };
    flags.push(word);
    at = end;
  }
}

/** Reads up to a blank outside of quotes; a backslash quotes the next character. */
function readFlag(line: string, start: number): { word: string; end: number } {
  let word = "";
  let quote = "";
  let at = start;
  for (; at < line.length; at++) {
    const character = line.charAt(at);
    if (quote === "" && isSpace(character)) break;
    if (character === quote) quote = "";
    else if (quote === "" && (character === "'" || character === '"')) quote = character;
    else if (character !== "\\") word += character;
    else word += line.charAt(++at);
  }
  return { word, end: at };
}
