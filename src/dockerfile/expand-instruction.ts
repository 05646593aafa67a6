import { type SourceRange, signalByName } from "../base/index.ts";
import type { Escape } from "./characters.ts";
import { parseChmod } from "./chmod.ts";
import { DockerfileError, InstructionError } from "./errors.ts";
import { expandWord, type Lookup } from "./expand-word.ts";
import { parseExposedPorts } from "./exposed-ports.ts";
import type {
  AddInstruction,
  ArgInstruction,
  CopyInstruction,
  Instruction,
  KeyValue,
  RunInstruction,
} from "./instruction.ts";
import { parseMount } from "./parse-mount.ts";
import type { RunMount } from "./run-mount.ts";

/** RUN with its mounts read. */
export type ExpandedRun = Omit<RunInstruction, "mounts"> & { readonly mounts: readonly RunMount[] };

/** An instruction without variables. */
export type ExpandedInstruction = Exclude<Instruction, RunInstruction> | ExpandedRun;

/** How {@link expandInstruction} expands. */
export interface ExpandInstructionOptions {
  readonly escape: Escape;
  /** What errors call the file. */
  readonly fileName: string;
  /**
   * The value that an ARG gets when `fallback` is its default, if it has one: later names of the same ARG see it.
   * Without this, the default.
   */
  readonly argValue?: (key: string, fallback: string | undefined) => string | undefined;
}

/** What {@link expandInstruction} gives. */
export interface Expansion<T extends Instruction> {
  readonly instruction: T extends RunInstruction ? ExpandedRun : T;
  /** The variables that were named and are not set. */
  readonly unset: ReadonlySet<string>;
}

/**
 * Replaces the variables of what BuildKit expands in an instruction, and checks the values: ports, signals, modes,
 * mounts. Commands (RUN, CMD, ENTRYPOINT, HEALTHCHECK) stay, since the shell expands them, and ONBUILD stays for its
 * time. `lookup` sees the environment from before the instruction. Throws {@link DockerfileError}.
 */
export function expandInstruction<T extends Instruction>(
  instruction: T,
  lookup: Lookup,
  options: ExpandInstructionOptions,
): Expansion<T> {
  const unset = new Set<string>();
  const expander = new Expander(lookup, options, unset);
  try {
    // The kind stays what it is, which the compiler cannot see.
    return { instruction: expander.expand(instruction) as Expansion<T>["instruction"], unset };
  } catch (error) {
    if (!(error instanceof InstructionError)) throw error;
    throw atInstruction(error, instruction.range, options.fileName);
  }
}

function atInstruction(error: InstructionError, range: SourceRange, fileName: string): DockerfileError {
  return new DockerfileError(error.message, { fileName, ranges: [range] });
}

class Expander {
  readonly #lookup: Lookup;
  readonly #options: ExpandInstructionOptions;
  readonly #unset: Set<string>;

  constructor(lookup: Lookup, options: ExpandInstructionOptions, unset: Set<string>) {
    this.#lookup = lookup;
    this.#options = options;
    this.#unset = unset;
  }

  expand(instruction: Instruction): ExpandedInstruction {
    switch (instruction.kind) {
      case "from": {
        const { platform, ...rest } = instruction;
        const base = this.#word(instruction.base);
        return platform === undefined ? { ...rest, base } : { ...rest, base, platform: this.#word(platform) };
      }
      case "arg":
        return { ...instruction, args: this.#args(instruction) };
      case "env":
      case "label":
        return { ...instruction, pairs: instruction.pairs.map((pair) => this.#pair(pair)) };
      case "run":
        return {
          ...instruction,
          mounts: instruction.mounts.map((mount) => parseMount(mount, (value) => this.#word(value))),
        };
      case "copy":
        checkFrom(instruction.from);
        return { ...instruction, ...this.#transfer(instruction) };
      case "add": {
        const { checksum } = instruction;
        const expanded = { ...instruction, ...this.#transfer(instruction) };
        return checksum === undefined ? expanded : { ...expanded, checksum: this.#word(checksum) };
      }
      case "workdir":
        return { ...instruction, path: this.#word(instruction.path) };
      case "expose":
        return { ...instruction, ports: this.#ports(instruction.ports) };
      case "volume":
        return { ...instruction, paths: instruction.paths.map((path) => this.#volume(path)) };
      case "user":
        return { ...instruction, user: this.#word(instruction.user) };
      case "stopsignal":
        return { ...instruction, signal: checkSignal(this.#word(instruction.signal)) };
      default:
        return instruction;
    }
  }

  #word(word: string): string {
    return this.#note(expandWord(word, this.#lookup, this.#options)).text;
  }

  #note<T extends { readonly unset: ReadonlySet<string> }>(expanded: T): T {
    for (const name of expanded.unset) this.#unset.add(name);
    return expanded;
  }

  #pair({ key, value }: KeyValue): KeyValue {
    return { key: this.#word(key), value: this.#word(value) };
  }

  #args({ args }: ArgInstruction): ArgInstruction["args"] {
    const { argValue = (_, fallback) => fallback } = this.#options;
    const set = new Map<string, string>();
    const lookup: Lookup = (name) => set.get(name) ?? this.#lookup(name);
    return args.map((arg) => {
      const key = this.#note(expandWord(arg.key, lookup, this.#options)).text;
      const value =
        arg.value === undefined ? undefined : this.#note(expandWord(arg.value, lookup, this.#options)).text;
      const chosen = argValue(key, value);
      if (chosen !== undefined) set.set(key, chosen);
      return value === undefined ? { key } : { key, value };
    });
  }

  #transfer(
    instruction: CopyInstruction | AddInstruction,
  ): Pick<CopyInstruction, "sources" | "destination" | "inlineFiles"> & { chown?: string; chmod?: string } {
    const { chown, chmod } = instruction;
    const changed = chmod === undefined ? undefined : this.#word(chmod);
    if (changed) parseChmod(changed);
    return {
      sources: instruction.sources.map((source) => this.#word(source)),
      destination: this.#word(instruction.destination),
      inlineFiles: instruction.inlineFiles.map((file) => {
        return file.expand ? { ...file, content: this.#body(file.content), expand: false } : file;
      }),
      ...(chown === undefined ? {} : { chown: this.#word(chown) }),
      ...(changed === undefined ? {} : { chmod: changed }),
    };
  }

  /** The body of a heredoc, whose escape is always `\`. */
  #body(text: string): string {
    return this.#note(expandWord(text, this.#lookup, { plainQuotes: true })).text;
  }

  #ports(words: readonly string[]): string[] {
    const ports = words.flatMap((word) => {
      return this.#note(expandWord(word, this.#lookup, this.#options)).words.flatMap(parseExposedPorts);
    });
    return [...new Set(ports)].sort();
  }

  #volume(word: string): string {
    const path = this.#word(word);
    if (path === "") throw new InstructionError("VOLUME specified can not be an empty string");
    return path;
  }
}

function checkFrom(from: string | undefined): void {
  if (from === undefined || !/\$./.test(from)) return;
  throw new InstructionError(
    "variable expansion is not supported for --from, define a new stage with FROM using ARG from global scope as a workaround",
  );
}

function checkSignal(text: string): string {
  const valid = /^[+-]?\d+$/.test(text) ? Number(text) !== 0 : signalByName(text) !== undefined;
  if (!valid) throw new InstructionError(`invalid signal: ${text}`, { culprit: text });
  return text;
}
