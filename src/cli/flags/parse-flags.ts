import { errorText, goQuote } from "../../base/index.ts";
import type { AnyFlag, FlagTable, FlagValues } from "./flag.ts";
import { FlagError } from "./flag-error.ts";
import { nearest } from "./nearest.ts";

/** What a command line says. */
export interface ParsedFlags<F extends FlagTable> {
  readonly values: FlagValues<F>;
  /** Long names of the flags that were given. */
  readonly changed: ReadonlySet<string>;
  readonly args: readonly string[];
  /** `--help` was given, or `-h` where it means that. */
  readonly help: boolean;
  /** Lines for stderr about deprecated flags. */
  readonly notices: readonly string[];
}

/** How words and flags may be mixed. */
export interface ParseOptions {
  /** False: the first word that is no flag ends the flags. */
  readonly interspersed?: boolean;
}

/** Reads flags with the rules and error texts of pflag, which Docker's command line uses. Throws {@link FlagError}. */
export function parseFlags<F extends FlagTable>(
  table: F,
  words: readonly string[],
  options: ParseOptions = {},
): ParsedFlags<F> {
  const reading = startReading(table, words);
  while (reading.rest.length > 0) {
    const word = reading.rest.shift() ?? "";
    if (!word.startsWith("-") || word === "-") {
      reading.args.push(word);
      if (options.interspersed === false) break;
    } else if (word === "--") {
      break;
    } else if (word.startsWith("--")) {
      readLong(reading, word);
    } else {
      readShorts(reading, word);
    }
  }
  return {
    // The record was filled from the table's own initial values and `add` functions.
    values: reading.values as FlagValues<F>,
    changed: reading.changed,
    args: [...reading.args, ...reading.rest],
    help: reading.help,
    notices: reading.notices,
  };
}

interface Reading {
  readonly table: FlagTable;
  readonly rest: string[];
  readonly values: Record<string, unknown>;
  readonly changed: Set<string>;
  readonly args: string[];
  readonly notices: string[];
  help: boolean;
}

function startReading(table: FlagTable, words: readonly string[]): Reading {
  const values: Record<string, unknown> = {};
  for (const [name, flag] of Object.entries(table)) values[name] = flag.initial;
  return { table, rest: [...words], values, changed: new Set(), args: [], notices: [], help: false };
}

function readLong(reading: Reading, word: string): void {
  const body = word.slice(2);
  if (/^[-=]/.test(body)) throw new FlagError(`bad flag syntax: ${word}`);
  const at = body.indexOf("=");
  const name = at < 0 ? body : body.slice(0, at);
  const flag = Object.hasOwn(reading.table, name) ? reading.table[name] : undefined;
  if (flag === undefined) {
    if (name === "help") {
      reading.help = true;
      return;
    }
    throw unknownLong(reading.table, name);
  }
  const value = at >= 0 ? body.slice(at + 1) : (flag.bare ?? reading.rest.shift());
  if (value === undefined) throw new FlagError(`flag needs an argument: --${name}`);
  setFlag(reading, name, value);
}

function readShorts(reading: Reading, word: string): void {
  for (let shorts = word.slice(1); shorts !== ""; ) {
    const short = [...shorts][0] ?? "";
    const after = shorts.slice(short.length);
    const [name, flag] = findShort(reading.table, short);
    if (name === undefined || flag === undefined) {
      if (short !== "h") throw new FlagError(`unknown shorthand flag: '${short}' in -${shorts}`);
      reading.notices.push("Flag shorthand -h has been deprecated, use --help");
      reading.help = true;
      shorts = after;
      continue;
    }
    if (flag.bare !== undefined && !after.startsWith("=")) {
      setFlag(reading, name, flag.bare);
      shorts = after;
      continue;
    }
    const value = after === "" ? reading.rest.shift() : after.replace(/^=/, "");
    if (value === undefined) throw new FlagError(`flag needs an argument: '${short}' in -${shorts}`);
    setFlag(reading, name, value);
    return;
  }
}

function findShort(table: FlagTable, short: string): readonly [string?, AnyFlag?] {
  for (const [name, flag] of Object.entries(table)) if (flag.shorthand === short) return [name, flag];
  return [];
}

function setFlag(reading: Reading, name: string, text: string): void {
  const flag = reading.table[name];
  if (flag === undefined) return;
  const target = flag.aliasOf ?? name;
  try {
    reading.values[target] = flag.add(reading.values[target] as never, text);
  } catch (error) {
    const shown = flag.shorthand === undefined ? `--${name}` : `-${flag.shorthand}, --${name}`;
    throw new FlagError(`invalid argument ${goQuote(text)} for "${shown}" flag: ${errorText(error)}`);
  }
  if (flag.deprecated !== undefined) {
    reading.notices.push(`Flag --${name} has been deprecated, ${flag.deprecated}`);
  }
  if (name === "help") reading.help = reading.values[target] === true;
  reading.changed.add(name);
  reading.changed.add(target);
}

function unknownLong(table: FlagTable, name: string): FlagError {
  const names = Object.entries(table).flatMap(([known, flag]) => (flag.hidden ? [] : [known]));
  const close = nearest(name, [...names, "help"]);
  return new FlagError(
    `unknown flag: --${name}`,
    close === undefined ? undefined : `Did you mean --${close}?`,
  );
}
