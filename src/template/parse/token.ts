/** Words with a meaning of their own. */
export const KEYWORDS = [
  "block",
  "break",
  "continue",
  "define",
  "else",
  "end",
  "if",
  "nil",
  "range",
  "template",
  "with",
] as const;

export type Keyword = (typeof KEYWORDS)[number];

export type TokenType =
  | "error"
  | "bool"
  | "char"
  | "rune"
  | "assign"
  | "declare"
  | "eof"
  | "field"
  | "identifier"
  | "leftDelim"
  | "leftParen"
  | "number"
  | "pipe"
  | "rawString"
  | "rightDelim"
  | "rightParen"
  | "space"
  | "string"
  | "text"
  | "variable"
  | "dot"
  | Keyword;

export interface Token {
  readonly type: TokenType;
  /** Offset into the text, in UTF-16 units. */
  readonly pos: number;
  readonly text: string;
  readonly line: number;
}

export function isKeyword(word: string): word is Keyword {
  return (KEYWORDS as readonly string[]).includes(word);
}
