import { EngineError, isEngineError } from "../base/index.ts";

/** Looks a variable up; undefined when it is not set. */
export type Lookup = (name: string) => string | undefined;

/**
 * Removes quotes and escapes and replaces `$name`, `${name}` and `${name:-word}` (also `-`, `:+`, `+`,
 * `:?`, `?`), as a Dockerfile does. Throws `invalidArgument` for an unfinished quote or a bad `${`.
 */
export function expandWord(word: string, lookup: Lookup): string {
  try {
    return new Expansion(word, lookup).read("");
  } catch (error) {
    if (!isEngineError(error)) throw error;
    throw new EngineError(error.kind, `failed to process ${JSON.stringify(word)}: ${error.message}`);
  }
}

class Expansion {
  readonly #text: string;
  readonly #lookup: Lookup;
  #at = 0;

  constructor(text: string, lookup: Lookup) {
    this.#text = text;
    this.#lookup = lookup;
  }

  /** Reads up to `end` (not consumed), or to the end of the text when that is empty. */
  read(end: string): string {
    let out = "";
    while (this.#at < this.#text.length) {
      const character = this.#text.charAt(this.#at);
      if (character === end) return out;
      this.#at++;
      if (character === "'") out += this.#single();
      else if (character === '"') out += this.#double();
      else if (character === "$") out += this.#variable();
      else if (character === "\\") out += this.#text.charAt(this.#at++);
      else out += character;
    }
    if (end !== "") throw unexpectedEnd(`missing "${end}"`);
    return out;
  }

  #single(): string {
    const end = this.#text.indexOf("'", this.#at);
    if (end < 0) throw unexpectedEnd("single-quote");
    const out = this.#text.slice(this.#at, end);
    this.#at = end + 1;
    return out;
  }

  #double(): string {
    let out = "";
    for (;;) {
      const character = this.#text.charAt(this.#at++);
      if (character === "") throw unexpectedEnd("double-quote");
      if (character === '"') return out;
      if (character === "$") out += this.#variable();
      else if (character !== "\\") out += character;
      else {
        const next = this.#text.charAt(this.#at++);
        out += next === '"' || next === "$" || next === "\\" ? next : `\\${next}`;
      }
    }
  }

  #variable(): string {
    if (this.#text.charAt(this.#at) !== "{") {
      const name = /[A-Za-z_][A-Za-z0-9_]*|[0-9@*#?$!-]/y;
      name.lastIndex = this.#at;
      const found = name.exec(this.#text)?.[0];
      if (found === undefined) return "$";
      this.#at += found.length;
      return this.#lookup(found) ?? "";
    }
    const head = /\{([A-Za-z_][A-Za-z0-9_]*|[0-9]+)(\}|:?[-+?])/y;
    head.lastIndex = this.#at;
    const [all = "", name = "", operator = ""] = head.exec(this.#text) ?? [];
    if (name === "") throw new EngineError("invalidArgument", "syntax error: bad substitution");
    this.#at += all.length;
    const value = this.#lookup(name);
    if (operator === "}") return value ?? "";
    const word = this.read("}");
    this.#at++;
    return this.#operate(operator, { name, value, word });
  }

  #operate(
    operator: string,
    {
      name,
      value,
      word,
    }: { readonly name: string; readonly value: string | undefined; readonly word: string },
  ): string {
    const set = value !== undefined && (!operator.startsWith(":") || value !== "");
    if (operator.endsWith("-")) return set ? (value ?? "") : word;
    if (operator.endsWith("+")) return set ? word : "";
    if (set) return value ?? "";
    throw new EngineError("invalidArgument", `${name}: ${word || "is not allowed to be unset"}`);
  }
}

function unexpectedEnd(inside: string): EngineError {
  return new EngineError(
    "invalidArgument",
    `unexpected end of statement while looking for matching ${inside}`,
  );
}
