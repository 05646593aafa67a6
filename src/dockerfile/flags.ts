import { InstructionError } from "./errors.ts";
import { didYouMean, nearest } from "./suggest.ts";

/** What a flag takes: nothing or `true` and `false`, one value, or a value each time it is given. */
export type FlagKind = "bool" | "string" | "strings";

/** The flags of one instruction, read. */
export class FlagValues {
  readonly #values = new Map<string, string[]>();

  add(name: string, value: string): void {
    const values = this.#values.get(name);
    if (values === undefined) this.#values.set(name, [value]);
    else values.push(value);
  }

  has(name: string): boolean {
    return this.#values.has(name);
  }

  /** Undefined when the flag is not given. */
  string(name: string): string | undefined {
    return this.#values.get(name)?.[0];
  }

  strings(name: string): readonly string[] {
    return this.#values.get(name) ?? [];
  }

  /** Undefined when the flag is not given. */
  bool(name: string): boolean | undefined {
    const value = this.string(name);
    return value === undefined ? undefined : value === "true";
  }
}

/** Reads an instruction's flags by the table of those it knows. Throws `invalidArgument` with BuildKit's texts. */
export function readFlags(
  flags: readonly string[],
  known: Readonly<Record<string, FlagKind>> = {},
): FlagValues {
  const values = new FlagValues();
  for (const flag of flags) {
    const equals = flag.indexOf("=");
    const name = flag.slice(2, equals < 0 ? undefined : equals);
    const given = equals < 0 ? undefined : flag.slice(equals + 1);
    const kind = Object.hasOwn(known, name) ? known[name] : undefined;
    if (kind === undefined) {
      const hint = didYouMean(nearest(name, Object.keys(known)));
      throw new InstructionError(`unknown flag: --${name}${hint}`, { culprit: `--${name}` });
    }
    if (kind !== "strings" && values.has(name)) {
      throw new InstructionError(`duplicate flag specified: --${name}`, { culprit: `--${name}` });
    }
    values.add(name, kind === "bool" ? toBool(name, given) : toValue(name, given));
  }
  return values;
}

function toValue(name: string, given: string | undefined): string {
  if (given === undefined) throw missing(name);
  return given;
}

function toBool(name: string, given: string | undefined): string {
  if (given === undefined) return "true";
  if (given === "") throw missing(name);
  const value = given.toLowerCase();
  if (value === "true" || value === "false") return value;
  throw new InstructionError(`expecting boolean value for flag --${name}, not: ${given}`, {
    culprit: `--${name}`,
  });
}

function missing(name: string): InstructionError {
  return new InstructionError(`missing a value on flag: --${name}`, { culprit: `--${name}` });
}
