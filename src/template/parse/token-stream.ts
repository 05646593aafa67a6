import type { Lexer } from "./lexer.ts";
import type { Token } from "./token.ts";

const END: Token = { type: "eof", pos: 0, text: "", line: 1 };

/** Look-ahead of up to three tokens over a lexer. */
export class TokenStream {
  readonly lexer: Lexer;
  readonly #waiting: Token[] = [];
  #newest = END;

  constructor(lexer: Lexer) {
    this.lexer = lexer;
  }

  /** The line of the newest token read, which parse errors name. */
  get line(): number {
    return this.#newest.line;
  }

  next(): Token {
    return this.#waiting.pop() ?? this.#read();
  }

  peek(): Token {
    const token = this.next();
    this.#waiting.push(token);
    return token;
  }

  nextNonSpace(): Token {
    for (;;) {
      const token = this.next();
      if (token.type !== "space") return token;
    }
  }

  peekNonSpace(): Token {
    const token = this.nextNonSpace();
    this.#waiting.push(token);
    return token;
  }

  /** Puts tokens back; the first one given comes out first. */
  putBack(...tokens: readonly Token[]): void {
    this.#waiting.push(...tokens.toReversed());
  }

  #read(): Token {
    this.#newest = this.lexer.next();
    return this.#newest;
  }
}
