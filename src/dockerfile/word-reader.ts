import { EngineError } from "../base/index.ts";
import type { ExpandOptions, Lookup } from "./expand-word.ts";
import { SplitResult } from "./split-result.ts";
import { type Modifier, substitute } from "./substitute.ts";

type Expanded = ReturnType<SplitResult["finish"]>;

const NAME = /\p{Nd}+|[@*#?$!-]|[\p{L}_][\p{L}\p{Nd}_]*/uy;
/** What `string(rune(-1))` is in Go: BuildKit's error shows it when the text ends too early. */
const END = "\ufffd";

/** Reads one word of a Dockerfile, replacing as it goes. */
export class WordReader {
  readonly used = new Set<string>();
  readonly unset = new Set<string>();
  readonly #text: string;
  readonly #lookup: Lookup;
  readonly #options: ExpandOptions;
  readonly #escape: string;
  #keepEscapes: boolean;
  #at = 0;

  constructor(text: string, lookup: Lookup, options: ExpandOptions) {
    this.#text = text;
    this.#lookup = lookup;
    this.#options = options;
    this.#escape = options.escape ?? "\\";
    this.#keepEscapes = options.keepEscapes ?? false;
  }

  readAll(): Expanded {
    return this.#readTo("", this.#keepEscapes);
  }

  /** Reads up to and including `end`, or everything when that is empty. */
  #readTo(end: string, keepEscapes: boolean): Expanded {
    const before = this.#keepEscapes;
    this.#keepEscapes = keepEscapes;
    const result = new SplitResult();
    let found = end === "";
    while (this.#at < this.#text.length) {
      const character = this.#peek();
      if (character === end) {
        this.#at++;
        found = true;
        break;
      }
      this.#readPiece(character, result);
    }
    this.#keepEscapes = before;
    if (!found) throw unexpectedEnd(end);
    return result.finish();
  }

  #readPiece(character: string, result: SplitResult): void {
    const quotes = this.#options.plainQuotes !== true;
    if (character === "$") result.add(this.#dollar());
    else if (quotes && character === "'") result.addQuoted(this.#singleQuoted());
    else if (quotes && character === '"') result.addQuoted(this.#doubleQuoted());
    else if (character === this.#escape) {
      this.#at++;
      if (this.#keepEscapes) result.addQuoted(character);
      if (this.#at < this.#text.length) result.addQuoted(this.#next());
    } else {
      const start = this.#at;
      do this.#at++;
      while (this.#at < this.#text.length && !this.#isSpecial(this.#peek()));
      result.add(this.#text.slice(start, this.#at));
    }
  }

  /** True for what ends a run of ordinary text; `}` and `/` may end the word of a substitution. */
  #isSpecial(character: string): boolean {
    return "$'\"}/".includes(character) || character === this.#escape;
  }

  #singleQuoted(): string {
    const end = this.#text.indexOf("'", this.#at + 1);
    if (end < 0) throw unexpectedEnd("single-quote");
    const inside = this.#text.slice(this.#at + 1, end);
    this.#at = end + 1;
    return this.#quoted("'", inside);
  }

  #doubleQuoted(): string {
    this.#at++;
    let out = "";
    for (;;) {
      const character = this.#peek();
      if (character === "") throw unexpectedEnd("double-quote");
      if (character === "$") {
        out += this.#dollar();
        continue;
      }
      this.#at++;
      if (character === '"') return this.#quoted('"', out);
      if (character === this.#escape) out += this.#escapedInQuotes();
      else out += character;
    }
  }

  /** After an escape within double quotes: it escapes only `"`, `$` and itself. */
  #escapedInQuotes(): string {
    const kept = this.#keepEscapes ? this.#escape : "";
    const next = this.#peek();
    if (next === "") return kept;
    if (next !== '"' && next !== "$" && next !== this.#escape) return kept + this.#escape;
    this.#at++;
    return kept + next;
  }

  #quoted(quote: string, inside: string): string {
    return this.#options.keepQuotes === true ? quote + inside + quote : inside;
  }

  #dollar(): string {
    this.#at++;
    if (this.#peek() === "{") return this.#braced();
    const name = this.#name();
    if (name === "") return "$";
    const value = this.#find(name);
    return value === undefined && this.#options.keepUnset === true ? `$${name}` : (value ?? "");
  }

  #braced(): string {
    this.#at++;
    const first = this.#peek();
    if (first === "") throw invalid("syntax error: missing '}'");
    if (first === "{" || first === "}" || first === ":") throw invalid("syntax error: bad substitution");
    const name = this.#name();
    const operator = this.#next();
    if (operator === "}") {
      const value = this.#find(name);
      return value === undefined && this.#options.keepUnset === true ? `\${${name}}` : (value ?? "");
    }
    const modifier = this.#modifier(operator);
    const value = this.#find(name);
    if (value === undefined && this.#options.keepUnset === true) return modifier.source(name);
    return substitute(name, value, modifier);
  }

  #modifier(operator: string): Modifier & { source(name: string): string } {
    if (operator === "/") return this.#replacement();
    let whole = operator;
    if (operator === ":") whole += this.#next();
    const kind = whole.slice(-1);
    if (operator !== ":" && !"+-?#%".includes(kind)) throw unsupported(whole);
    const { text: word } = this.#within("}", kind === "#" || kind === "%");
    if (!["+", "-", "?", "#", "%", ":+", ":-", ":?"].includes(whole)) throw unsupported(whole);
    return { operator: whole, word, source: (name) => `\${${name}${whole}${word}}` };
  }

  #replacement(): Modifier & { source(name: string): string } {
    const all = this.#peek() === "/";
    if (all) this.#at++;
    const { text: word } = this.#within("/", true);
    const { text: by } = this.#within("}", true);
    return { operator: all ? "//" : "/", word, by, source: (name) => `\${${name}/${word}/${by}}` };
  }

  #within(end: "}" | "/", keepEscapes: boolean): Expanded {
    try {
      return this.#readTo(end, keepEscapes);
    } catch (error) {
      if (this.#at < this.#text.length) throw error;
      throw invalid(`syntax error: missing '${end}'${end === "/" ? ` in $${"{}"}` : ""}`);
    }
  }

  #name(): string {
    NAME.lastIndex = this.#at;
    const found = NAME.exec(this.#text)?.[0] ?? "";
    this.#at += found.length;
    return found;
  }

  #find(name: string): string | undefined {
    const value = this.#lookup(name);
    (value === undefined ? this.unset : this.used).add(name);
    return value;
  }

  #peek(): string {
    return this.#text.charAt(this.#at);
  }

  #next(): string {
    const code = this.#text.codePointAt(this.#at);
    if (code === undefined) return END;
    const character = String.fromCodePoint(code);
    this.#at += character.length;
    return character;
  }
}

function invalid(reason: string): EngineError {
  return new EngineError("invalidArgument", reason);
}

function unsupported(modifier: string): EngineError {
  return invalid(`unsupported modifier (${modifier}) in substitution`);
}

function unexpectedEnd(inside: string): EngineError {
  return invalid(`unexpected end of statement while looking for matching ${inside}`);
}
