import { EngineError, errorText, goQuote } from "../base/index.ts";
import type { Escape } from "./characters.ts";
import { InstructionError } from "./errors.ts";
import { WordReader } from "./word-reader.ts";

/** Letters of an expanded word: variables that double each other soon have more than any memory. */
const LONGEST = 32 << 20;
const TOO_LONG = "the value is longer than 32 million letters";

/** Looks a variable up; undefined when it is not set. */
export type Lookup = (name: string) => string | undefined;

/** How {@link expandWord} reads. */
export interface ExpandOptions {
  readonly escape?: Escape;
  /** Quotes are text like any other: for the body of a heredoc. */
  readonly plainQuotes?: boolean;
  /** Quotes quote, and stay. */
  readonly keepQuotes?: boolean;
  /** Escapes escape, and stay. */
  readonly keepEscapes?: boolean;
  /** A variable that is not set stays as it is written. */
  readonly keepUnset?: boolean;
}

/** A word after its variables are replaced and its quotes removed. */
export interface ExpandedWord {
  readonly text: string;
  /** `text` split at the blanks that were neither quoted nor escaped; blanks out of variables split too. */
  readonly words: readonly string[];
  /** The variables that were looked up and found. */
  readonly used: ReadonlySet<string>;
  /** The variables that were looked up and are not set. */
  readonly unset: ReadonlySet<string>;
}

/**
 * Removes quotes and escapes, and replaces `$name`, `${name}`, and `${name…}` with the operators `:-` `-` `:+` `+`
 * `:?` `?` `#` `##` `%` `%%` `/` `//`, as a Dockerfile means them. Throws `invalidArgument` with BuildKit's text.
 */
export function expandWord(word: string, lookup: Lookup, options: ExpandOptions = {}): ExpandedWord {
  const reader = new WordReader(word, lookup, options);
  try {
    const read = reader.readAll();
    if (read.text.length > LONGEST) throw new EngineError("invalidArgument", TOO_LONG);
    return { ...read, used: reader.used, unset: reader.unset };
  } catch (error) {
    throw new InstructionError(`failed to process ${goQuote(word)}: ${errorText(error)}`, { culprit: word });
  }
}
