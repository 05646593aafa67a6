import { expandWord } from "./expand-word.ts";
import type { Heredoc } from "./instruction.ts";

const nothing = () => undefined;
const MARK = /^(\d*)<<(-?)([^<]+)$/;

/** A heredoc whose body has not been read. */
export type HeredocMark = Omit<Heredoc, "body">;

/** Reads one word as `<<NAME`; undefined when it is something else. A quote anywhere in the name keeps the body as it is. */
export function parseHeredocMark(word: string): HeredocMark | undefined {
  const [, number = "", dash = "", rest = ""] = MARK.exec(word) ?? [];
  if (rest === "") return undefined;
  const plain = expandWord(rest, nothing, { keepUnset: true }).words;
  const written = expandWord(rest, nothing, { keepUnset: true, keepQuotes: true, keepEscapes: true }).words;
  const [name] = plain;
  if (name === undefined || plain.length > 1 || written.length !== 1) return undefined;
  return { name, expand: written[0] === name, stripTabs: dash === "-", fileDescriptor: Number(number) };
}

/** All heredocs that a line opens, in order. */
export function findHeredocs(line: string): HeredocMark[] {
  let words: readonly string[];
  try {
    ({ words } = expandWord(line, nothing, { keepQuotes: true, keepEscapes: true, keepUnset: true }));
  } catch {
    return [];
  }
  return words.flatMap((word) => parseHeredocMark(word) ?? []);
}

/** `body` as it becomes a file: without the leading tabs that `<<-` drops. */
export function heredocContent(heredoc: Heredoc): string {
  return heredoc.stripTabs ? heredoc.body.replace(/^\t+/gm, "") : heredoc.body;
}
