import { type ExpandOptions, expandWord } from "./expand-word.ts";
import type { Heredoc } from "./instruction.ts";

const nothing = () => undefined;
const MARK = /^(\d*)<<(-?)([^<]+)$/;

/** A heredoc whose body has not been read. */
export type HeredocMark = Omit<Heredoc, "body">;

/** Reads one word as `<<NAME`; undefined when it is something else. A quote anywhere in the name keeps the body as it is. */
export function parseHeredocMark(word: string): HeredocMark | undefined {
  const [, number = "", dash = "", rest = ""] = MARK.exec(word) ?? [];
  if (rest === "") return undefined;
  const plain = splitWords(rest, { keepUnset: true });
  const quoted = splitWords(rest, { keepUnset: true, keepQuotes: true });
  const [name] = plain;
  if (name === undefined || plain.length > 1 || quoted.length !== 1) return undefined;
  return { name, expand: quoted[0] === name, stripTabs: dash === "-", fileDescriptor: Number(number) };
}

/** All heredocs that a line opens, in order. Blanks may stand between `<<` and the name. */
export function findHeredocs(line: string): HeredocMark[] {
  const words = splitWords(line, { keepQuotes: true, keepEscapes: true, keepUnset: true });
  const marks: HeredocMark[] = [];
  for (let at = 0; at < words.length; at++) {
    const word = words[at] ?? "";
    const mark = parseHeredocMark(/^\d*<<$/.test(word) ? word + (words[++at] ?? "") : word);
    if (mark !== undefined) marks.push(mark);
  }
  return marks;
}

/** No words where quotes or substitutions are not closed. */
function splitWords(text: string, options: ExpandOptions): readonly string[] {
  try {
    return expandWord(text, nothing, options).words;
  } catch {
    return [];
  }
}

/** `body` as it becomes a file: without the leading tabs that `<<-` drops. */
export function heredocContent(heredoc: Heredoc): string {
  return heredoc.stripTabs ? heredoc.body.replace(/^\t+/gm, "") : heredoc.body;
}
