import { type Escape, trimSpace, trimStart } from "./characters.ts";
import type { HeredocMark } from "./heredoc.ts";
import type { Heredoc } from "./instruction.ts";
import type { Source } from "./read-source.ts";

/** One instruction's line with its continuations joined. */
export interface LogicalLine {
  readonly text: string;
  readonly firstLine: number;
  readonly lastLine: number;
  /** The comments right above. */
  readonly comments: readonly string[];
  /** True when an empty line stands inside. */
  readonly hasEmptyContinuation: boolean;
}

/** Walks through a Dockerfile: hands out logical lines, and between them the bodies of heredocs. */
export class LineScanner {
  readonly #source: Source;
  readonly #escape: Escape;
  readonly #count: number;
  /** The lines handed out so far. */
  #line: number;

  /** Begins after `line` lines. */
  constructor(source: Source, escapeToken: Escape, line: number) {
    this.#source = source;
    this.#escape = escapeToken;
    this.#line = line;
    const { raw } = source;
    this.#count = raw.at(-1) === "" ? raw.length - 1 : raw.length;
  }

  /** The line that was read last. */
  get line(): number {
    return this.#line;
  }

  /** The next instruction; undefined at the end of the file. */
  next(): LogicalLine | undefined {
    let comments: string[] = [];
    while (this.#line < this.#count) {
      const line = trimStart(this.#read());
      if (line.startsWith("#")) {
        const comment = trimSpace(line.slice(1));
        comments = comment === "" ? [] : [...comments, comment];
      } else if (line !== "") return this.#continue(line, comments);
    }
    return undefined;
  }

  #continue(first: string, comments: readonly string[]): LogicalLine {
    const firstLine = this.#line;
    let { text, open } = this.#cut(first);
    let hasEmptyContinuation = false;
    while (open && this.#line < this.#count) {
      const line = this.#read();
      const trimmed = trimStart(line);
      if (trimmed.startsWith("#")) continue;
      if (trimmed === "") {
        hasEmptyContinuation = true;
        continue;
      }
      const piece = this.#cut(line);
      text += piece.text;
      open = piece.open;
    }
    return { text, firstLine, lastLine: this.#line, comments, hasEmptyContinuation };
  }

  /** The bodies of heredocs, which follow in order; undefined when the file ends before the last one does. */
  readBodies(marks: readonly HeredocMark[]): Heredoc[] | undefined {
    const read: Heredoc[] = [];
    for (const mark of marks) {
      const body = this.#readBody(mark);
      if (body === undefined) return undefined;
      read.push({ ...mark, body });
    }
    return read;
  }

  #readBody({ name, stripTabs }: HeredocMark): string | undefined {
    const { raw, lines } = this.#source;
    const start = this.#line;
    while (this.#line < this.#count) {
      const line = lines[this.#line++] ?? "";
      if ((stripTabs ? line.replace(/^\t+/, "") : line) === name) {
        return raw
          .slice(start, this.#line - 1)
          .map((each) => `${each}\n`)
          .join("");
      }
    }
    return undefined;
  }

  /** Takes the escape at the end of a line off; an escaped escape does not continue the line. */
  #cut(line: string): { text: string; open: boolean } {
    let end = line.length;
    while (end > 0 && (line.charAt(end - 1) === " " || line.charAt(end - 1) === "\t")) end--;
    const open = line.charAt(end - 1) === this.#escape && line.charAt(end - 2) !== this.#escape;
    return { text: open ? line.slice(0, end - 1) : line, open };
  }

  #read(): string {
    return this.#source.lines[this.#line++] ?? "";
  }
}
