import { goQuote } from "../../base/index.ts";
import { TemplateParseError } from "../errors.ts";
import { goUnquote } from "../go/go-unquote.ts";
import { createLexer, type Lexer } from "./lexer.ts";
import type { Branch, Statement, TemplateCall } from "./node.ts";
import { parsePipeline } from "./parse-pipeline.ts";
import { isKeyword, type Token } from "./token.ts";
import { TokenStream } from "./token-stream.ts";

const MAX_NESTING = 500;

/** The bodies of a template text by name; the text itself has the name "". */
export type Bodies = ReadonlyMap<string, readonly Statement[]>;

/** Parses a template. Throws a {@link TemplateParseError} with Go's text. */
export function parseBodies(text: string, hasFunction: (name: string) => boolean): Bodies {
  const bodies = new Map<string, readonly Statement[]>();
  const parser = new Parser({ lexer: createLexer(text), hasFunction, bodies });
  parser.add("", parser.parseRoot());
  return bodies;
}

/** What the parsers of one text share. */
interface Shared {
  readonly lexer: Lexer;
  readonly hasFunction: (name: string) => boolean;
  readonly bodies: Map<string, readonly Statement[]>;
}

type Control = "if" | "with" | "range";
type Terminator = { readonly kind: "end" | "else" };

function isTerminator(node: Statement | Terminator): node is Terminator {
  return node.kind === "end" || node.kind === "else";
}

function isBlank(body: readonly Statement[]): boolean {
  return body.every((node) => node.kind === "text" && node.text.trim() === "");
}

function describe(token: Token): string {
  if (token.type === "eof") return "EOF";
  if (isKeyword(token.type) || token.type === "dot") return `<${token.text}>`;
  const chars = [...token.text];
  return chars.length > 10 ? `${goQuote(chars.slice(0, 10).join(""))}...` : goQuote(token.text);
}

/** Parses one body: the whole text, or one definition. */
export class Parser {
  readonly tokens: TokenStream;
  readonly #shared: Shared;
  #variables: string[] = ["$"];
  #rangeDepth = 0;
  #actionLine = 0;
  #nesting = 0;

  constructor(shared: Shared) {
    this.#shared = shared;
    this.tokens = new TokenStream(shared.lexer);
  }

  parseRoot(): Statement[] {
    const root: Statement[] = [];
    while (this.tokens.peek().type !== "eof") {
      const first = this.tokens.next();
      if (first.type === "leftDelim") {
        const second = this.tokens.nextNonSpace();
        if (second.type === "define") {
          new Parser(this.#shared).parseDefinition();
          continue;
        }
        this.tokens.putBack(first, second);
      } else this.tokens.putBack(first);
      const node = this.#textOrAction();
      if (isTerminator(node)) this.fail(`unexpected {{${node.kind}}}`);
      root.push(node);
    }
    return root;
  }

  parseDefinition(): void {
    const name = this.#parseName(this.tokens.nextNonSpace(), "define clause");
    this.#expect("rightDelim", "define clause");
    this.parseBody(name, "define clause");
  }

  parseBody(name: string, context: string): void {
    const [body, end] = this.#itemList();
    if (end.kind !== "end") this.fail(`unexpected {{else}} in ${context}`);
    this.add(name, body);
  }

  add(name: string, body: readonly Statement[]): void {
    const known = this.#shared.bodies.get(name);
    if (known === undefined || isBlank(known)) this.#shared.bodies.set(name, body);
    else if (!isBlank(body)) this.fail(`template: multiple definition of template ${goQuote(name)}`);
  }

  hasFunction(name: string): boolean {
    return this.#shared.hasFunction(name);
  }

  declare(variable: string): void {
    this.#variables.push(variable);
  }

  isDeclared(variable: string): boolean {
    return this.#variables.includes(variable);
  }

  /** Parses something nested; templates from outside may nest only so deep. */
  nest<T>(parse: () => T): T {
    if (++this.#nesting > MAX_NESTING) this.fail("max expression depth exceeded");
    const parsed = parse();
    this.#nesting--;
    return parsed;
  }

  fail(message: string): never {
    throw new TemplateParseError(`template: :${this.tokens.line}: ${message}`);
  }

  unexpected(token: Token, context: string): never {
    if (token.type !== "error") this.fail(`unexpected ${describe(token)} in ${context}`);
    if (this.#actionLine === 0 || this.#actionLine === token.line) this.fail(token.text);
    const where = ` in action started at :${this.#actionLine}`;
    this.fail(token.text + (token.text.endsWith(" action") ? where.slice(" in action".length) : where));
  }

  #itemList(): [Statement[], Terminator] {
    const list: Statement[] = [];
    while (this.tokens.peekNonSpace().type !== "eof") {
      const node = this.#textOrAction();
      if (isTerminator(node)) return [list, node];
      list.push(node);
    }
    this.fail("unexpected EOF");
  }

  #textOrAction(): Statement | Terminator {
    const token = this.tokens.nextNonSpace();
    if (token.type === "text") return { kind: "text", pos: token.pos, text: token.text };
    if (token.type !== "leftDelim") this.unexpected(token, "input");
    this.#actionLine = token.line;
    const node = this.#action();
    this.#actionLine = 0;
    return node;
  }

  #action(): Statement | Terminator {
    const token = this.tokens.nextNonSpace();
    switch (token.type) {
      case "block":
        return this.#block();
      case "break":
      case "continue":
        return this.#jump(token, token.type);
      case "else":
        return this.#else();
      case "end":
        this.#expect("rightDelim", "end");
        return { kind: "end" };
      case "if":
      case "with":
      case "range":
        return this.#nestedControl(token.type);
      case "template":
        return this.#templateCall();
    }
    this.tokens.putBack(token);
    return { kind: "action", pos: token.pos, pipeline: parsePipeline(this, "command", "rightDelim") };
  }

  #jump(token: Token, kind: "break" | "continue"): Statement {
    const next = this.tokens.nextNonSpace();
    if (next.type !== "rightDelim") this.unexpected(next, `{{${kind}}}`);
    if (this.#rangeDepth === 0) this.fail(`{{${kind}}} outside {{range}}`);
    return { kind, pos: token.pos };
  }

  #else(): Terminator {
    const next = this.tokens.peekNonSpace();
    if (next.type !== "if" && next.type !== "with") this.#expect("rightDelim", "else");
    return { kind: "else" };
  }

  #nestedControl(kind: Control): Branch {
    return this.nest(() => this.#control(kind));
  }

  #control(kind: Control): Branch {
    const variables = this.#variables.length;
    const pipeline = parsePipeline(this, kind, "rightDelim");
    if (kind === "range") this.#rangeDepth++;
    const [body, end] = this.#itemList();
    if (kind === "range") this.#rangeDepth--;
    const otherwise = end.kind === "else" ? this.#otherwise(kind) : undefined;
    this.#variables.length = variables;
    return { kind, pos: pipeline.pos, pipeline, body, otherwise };
  }

  #otherwise(kind: Control): Statement[] {
    const next = this.tokens.peek();
    if (kind !== "range" && next.type === kind) {
      this.tokens.next();
      return [this.#nestedControl(kind)];
    }
    const [list, end] = this.#itemList();
    if (end.kind !== "end") this.fail("expected end; found {{else}}");
    return list;
  }

  #block(): TemplateCall {
    const token = this.tokens.nextNonSpace();
    const name = this.#parseName(token, "block clause");
    const pipeline = parsePipeline(this, "block clause", "rightDelim");
    new Parser(this.#shared).parseBody(name, "block clause");
    return { kind: "template", pos: token.pos, name, pipeline };
  }

  #templateCall(): TemplateCall {
    const token = this.tokens.nextNonSpace();
    const name = this.#parseName(token, "template clause");
    const next = this.tokens.nextNonSpace();
    if (next.type === "rightDelim") return { kind: "template", pos: token.pos, name, pipeline: undefined };
    this.tokens.putBack(next);
    const pipeline = parsePipeline(this, "template clause", "rightDelim");
    return { kind: "template", pos: token.pos, name, pipeline };
  }

  #parseName(token: Token, context: string): string {
    if (token.type !== "string" && token.type !== "rawString") this.unexpected(token, context);
    return goUnquote(token.text) ?? this.fail("invalid syntax");
  }

  #expect(type: Token["type"], context: string): Token {
    const token = this.tokens.nextNonSpace();
    if (token.type !== type) this.unexpected(token, context);
    return token;
  }
}
