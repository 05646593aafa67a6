import { goQuote, isPrintable } from "../../base/index.ts";
import { scanNumber } from "./scan-number.ts";
import { isKeyword, type Token, type TokenType } from "./token.ts";

const LEFT = "{{";
const RIGHT = "}}";
const ASCII_WORD = /^[A-Za-z0-9_]$/;
const WORD = /^[\p{L}\p{Nd}_]$/u;

/** Cuts a template's text into tokens, on demand. After an error or the end it gives only `eof`. */
export function createLexer(text: string): Lexer {
  return new Lexer(text);
}

function isWordChar(char: string): boolean {
  return char < "\x80" ? ASCII_WORD.test(char) : WORD.test(char);
}

function isSpace(char: string): boolean {
  return char === " " || char === "\t" || char === "\r" || char === "\n";
}

function countLines(text: string): number {
  return text.split("\n").length - 1;
}

function describeChar(char: string): string {
  const code = char === "" ? -1 : (char.codePointAt(0) ?? 0);
  if (code < 0) return "U+FFFFFFFFFFFFFFFF";
  const name = `U+${code.toString(16).toUpperCase().padStart(4, "0")}`;
  return isPrintable(char) ? `${name} '${char}'` : name;
}

export class Lexer {
  readonly #text: string;
  #start = 0;
  #pos = 0;
  #startLine = 1;
  #inside = false;
  #depth = 0;
  #failed = false;

  constructor(text: string) {
    this.#text = text;
  }

  next(): Token {
    if (this.#failed) return { type: "eof", pos: this.#start, text: "EOF", line: this.#startLine };
    for (;;) {
      const token = this.#inside ? this.#lexInside() : this.#lexOutside();
      if (token !== undefined) return token;
    }
  }

  #lexOutside(): Token | undefined {
    if (this.#text.startsWith(LEFT, this.#pos)) return this.#lexLeftDelim();
    const open = this.#text.indexOf(LEFT, this.#pos);
    if (open < 0) {
      this.#pos = this.#text.length;
      return this.#emit(this.#pos > this.#start ? "text" : "eof");
    }
    const trims = this.#text.charAt(open + 2) === "-" && isSpace(this.#text.charAt(open + 3));
    this.#pos = open;
    if (trims) while (this.#pos > this.#start && isSpace(this.#text.charAt(this.#pos - 1))) this.#pos--;
    const token = this.#pos > this.#start ? this.#emit("text") : undefined;
    this.#pos = open;
    this.#ignore();
    return token;
  }

  #lexLeftDelim(): Token | undefined {
    this.#pos += LEFT.length;
    const trims = this.#text.charAt(this.#pos) === "-" && isSpace(this.#text.charAt(this.#pos + 1));
    const after = this.#pos + (trims ? 2 : 0);
    if (this.#text.startsWith("/*", after)) {
      this.#pos = after;
      this.#ignore();
      return this.#lexComment();
    }
    const token = this.#emit("leftDelim");
    this.#pos = after;
    this.#ignore();
    this.#inside = true;
    this.#depth = 0;
    return token;
  }

  #lexComment(): Token | undefined {
    const close = this.#text.indexOf("*/", this.#pos + 2);
    if (close < 0) return this.#fail("unclosed comment");
    this.#pos = close + 2;
    const right = this.#rightDelim();
    if (right === undefined) return this.#fail("comment ends before closing delimiter");
    this.#pos += right.length;
    if (right.trims) this.#skipSpace();
    this.#ignore();
    return undefined;
  }

  #lexInside(): Token | undefined {
    const right = this.#rightDelim();
    if (right !== undefined) {
      return this.#depth === 0 ? this.#lexRightDelim(right.trims) : this.#fail("unclosed left paren");
    }
    const char = this.#take();
    if (char === "") return this.#fail("unclosed action");
    if (isSpace(char)) return this.#lexSpace();
    switch (char) {
      case "=":
        return this.#emit("assign");
      case ":":
        return this.#take() === "=" ? this.#emit("declare") : this.#fail("expected :=");
      case "|":
        return this.#emit("pipe");
      case '"':
        return this.#lexQuote('"', "string", "unterminated quoted string");
      case "`":
        return this.#lexRawQuote();
      case "'":
        return this.#lexQuote("'", "rune", "unterminated character constant");
      case "$":
        return this.#lexFieldOrVariable("variable");
      case "(":
        this.#depth++;
        return this.#emit("leftParen");
      case ")":
        return --this.#depth < 0 ? this.#fail("unexpected right paren") : this.#emit("rightParen");
    }
    // A dot that ends the text begins a (bad) number, as in Go.
    if (char === "." && /[^0-9]/.test(this.#peek())) return this.#lexFieldOrVariable("field");
    if (/[.+\-0-9]/.test(char)) return this.#lexNumber();
    if (isWordChar(char)) return this.#lexIdentifier();
    if (char >= " " && char <= "~") return this.#emit("char");
    return this.#fail(`unrecognized character in action: ${describeChar(char)}`);
  }

  #lexRightDelim(trims: boolean): Token {
    if (trims) {
      this.#pos += 2;
      this.#ignore();
    }
    this.#pos += RIGHT.length;
    const token = this.#emit("rightDelim");
    if (trims) {
      this.#skipSpace();
      this.#ignore();
    }
    this.#inside = false;
    return token;
  }

  #lexSpace(): Token | undefined {
    this.#skipSpace();
    // The last space may belong to a closing " -}}".
    if (!this.#text.startsWith(`-${RIGHT}`, this.#pos)) return this.#emit("space");
    this.#pos--;
    return this.#pos === this.#start ? undefined : this.#emit("space");
  }

  #lexIdentifier(): Token {
    while (isWordChar(this.#peek())) this.#take();
    const word = this.#text.slice(this.#start, this.#pos);
    if (!this.#atTerminator()) return this.#fail(`bad character ${describeChar(this.#peek())}`);
    if (isKeyword(word)) return this.#emit(word);
    return this.#emit(word === "true" || word === "false" ? "bool" : "identifier");
  }

  #lexFieldOrVariable(type: "field" | "variable"): Token {
    if (this.#atTerminator()) return this.#emit(type === "variable" ? "variable" : "dot");
    while (isWordChar(this.#peek())) this.#take();
    if (!this.#atTerminator()) return this.#fail(`bad character ${describeChar(this.#peek())}`);
    return this.#emit(type);
  }

  #lexQuote(quote: string, type: "string" | "rune", unterminated: string): Token {
    for (;;) {
      const char = this.#take();
      if (char === quote) return this.#emit(type);
      const next = char === "\\" ? this.#take() : char;
      if (next === "" || next === "\n") return this.#fail(unterminated);
    }
  }

  #lexRawQuote(): Token {
    const close = this.#text.indexOf("`", this.#pos);
    if (close < 0) return this.#fail("unterminated raw quoted string");
    this.#pos = close + 1;
    return this.#emit("rawString");
  }

  #lexNumber(): Token {
    const { end, ok } = scanNumber(this.#text, this.#start);
    const next = this.#text.charAt(end);
    this.#pos = end;
    if (ok && next !== "+" && next !== "-") return this.#emit("number");
    if (ok) this.#pos = scanNumber(this.#text, end).end;
    else this.#take();
    return this.#fail(`bad number syntax: ${goQuote(this.#text.slice(this.#start, this.#pos))}`);
  }

  #atTerminator(): boolean {
    const char = this.#peek();
    if (char === "" || isSpace(char) || ".,|:)(".includes(char)) return true;
    return this.#text.startsWith(RIGHT, this.#pos);
  }

  #rightDelim(): { readonly length: number; readonly trims: boolean } | undefined {
    if (this.#text.startsWith(RIGHT, this.#pos)) return { length: 2, trims: false };
    const trims = isSpace(this.#text.charAt(this.#pos)) && this.#text.startsWith(`-${RIGHT}`, this.#pos + 1);
    return trims ? { length: 4, trims } : undefined;
  }

  #skipSpace(): void {
    while (isSpace(this.#text.charAt(this.#pos))) this.#pos++;
  }

  #peek(): string {
    const code = this.#text.codePointAt(this.#pos);
    return code === undefined ? "" : String.fromCodePoint(code);
  }

  #take(): string {
    const char = this.#peek();
    this.#pos += char.length;
    return char;
  }

  #emit(type: TokenType): Token {
    const text = this.#text.slice(this.#start, this.#pos);
    const token = { type, pos: this.#start, text, line: this.#startLine };
    this.#ignore();
    return token;
  }

  #ignore(): void {
    this.#startLine += countLines(this.#text.slice(this.#start, this.#pos));
    this.#start = this.#pos;
  }

  #fail(message: string): Token {
    this.#failed = true;
    return { type: "error", pos: this.#start, text: message, line: this.#startLine };
  }
}
