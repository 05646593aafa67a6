import { type SourceRange, signalByName } from "../base/index.ts";
import type { Escape } from "./characters.ts";
import { parseChmod } from "./chmod.ts";
import { blankBase, DockerfileError, emptyPlatform, InstructionError } from "./errors.ts";
import { expandWord, type Lookup } from "./expand-word.ts";
import { parseExposedPorts } from "./exposed-ports.ts";
import type {
  AddInstruction,
  ArgInstruction,
  CopyInstruction,
  FromInstruction,
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
  /** The variables that were named and are not set, in order; one that several words name is there for each. */
  readonly unset: readonly string[];
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
  const unset: string[] = [];
  return { instruction: expandNoting(instruction, lookup, { ...options, unset }), unset };
}

/** {@link expandInstruction}, noting in `unset` also what was named before a mistake was met. */
export function expandNoting<T extends Instruction>(
  instruction: T,
  lookup: Lookup,
  options: ExpandInstructionOptions & { readonly unset: string[] },
): Expansion<T>["instruction"] {
  try {
    // The kind stays what it is, which the compiler cannot see.
    return new Expander(lookup, options).expand(instruction) as Expansion<T>["instruction"];
  } catch (error) {
    if (!(error instanceof InstructionError)) throw error;
    throw atInstruction(error, instruction.range, options.fileName);
  }
}

function atInstruction(error: InstructionError, range: SourceRange, fileName: string): DockerfileError {
  return new DockerfileError(error.message, { fileName, ranges: [range] });
}

/** What is expanded of COPY and ADD. */
type TransferWords = Pick<AddInstruction, "sources" | "destination" | "inlineFiles"> &
  Partial<Pick<AddInstruction, "chown" | "chmod" | "checksum">>;

class Expander {
  readonly #lookup: Lookup;
  readonly #options: ExpandInstructionOptions & { readonly unset: string[] };

  constructor(lookup: Lookup, options: ExpandInstructionOptions & { readonly unset: string[] }) {
    this.#lookup = lookup;
    this.#options = options;
  }

  expand(instruction: Instruction): ExpandedInstruction {
    switch (instruction.kind) {
      case "from":
        return this.#from(instruction);
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
      case "add":
        return { ...instruction, ...this.#transfer(instruction) };
      case "workdir":
        return { ...instruction, path: this.#word(instruction.path) };
      case "expose":
        return { ...instruction, ports: this.#ports(instruction.ports) };
      case "volume":
        return { ...instruction, paths: checkVolumes(instruction.paths.map((path) => this.#word(path))) };
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
    this.#options.unset.push(...expanded.unset);
    return expanded;
  }

  #pair({ key, value }: KeyValue): KeyValue {
    return { key: this.#word(key), value: this.#word(value) };
  }

  #args({ args }: ArgInstruction): ArgInstruction["args"] {
    const { argValue = (_, fallback) => fallback } = this.#options;
    const set = new Map<string, string>();
    const lookup: Lookup = (name) => set.get(name) ?? this.#lookup(name);
    return args.map(({ key, value }) => {
      const expanded =
        value === undefined ? undefined : this.#note(expandWord(value, lookup, this.#options)).text;
      const chosen = argValue(key, expanded);
      if (chosen !== undefined) set.set(key, chosen);
      return expanded === undefined ? { key } : { key, value: expanded };
    });
  }

  #from({ platform, ...from }: FromInstruction): FromInstruction {
    const base = this.#word(from.base);
    if (base === "") throw blankBase(from.base);
    if (!platform) return { ...from, base };
    const expanded = this.#word(platform);
    if (expanded === "") throw emptyPlatform(platform);
    return { ...from, base, platform: expanded };
  }

  #transfer(instruction: CopyInstruction | AddInstruction): TransferWords {
    const chown = this.#optional(instruction.chown);
    const chmod = this.#optional(instruction.chmod);
    const checksum = this.#optional(instruction.kind === "add" ? instruction.checksum : undefined);
    if (chmod) parseChmod(chmod);
    return {
      sources: instruction.sources.map((source) => this.#word(source)),
      destination: this.#word(instruction.destination),
      inlineFiles: instruction.inlineFiles.map((file) => {
        return file.expand ? { ...file, content: this.#body(file.content), expand: false } : file;
      }),
      ...(chown === undefined ? {} : { chown }),
      ...(chmod === undefined ? {} : { chmod }),
      ...(checksum === undefined ? {} : { checksum }),
    };
  }

  #optional(word: string | undefined): string | undefined {
    return word === undefined ? undefined : this.#word(word);
  }

  /** The body of a heredoc, whose escape is always `\`. */
  #body(text: string): string {
    return this.#note(expandWord(text, this.#lookup, { plainQuotes: true })).text;
  }

  #ports(words: readonly string[]): string[] {
    const ports = words.flatMap((word) => {
      return this.#note(expandWord(word, this.#lookup, this.#options)).words.flatMap(parseExposedPorts);
    });
    return [...new Set(ports)];
  }
}

function checkFrom(from: string | undefined): void {
  if (from === undefined || !/\$./.test(from)) return;
  throw new InstructionError(
    "variable expansion is not supported for --from, define a new stage with FROM using ARG from global scope as a workaround",
  );
}

function checkVolumes(paths: readonly string[]): readonly string[] {
  if (paths.includes("")) throw new InstructionError("VOLUME specified can not be an empty string");
  return paths;
}

function checkSignal(text: string): string {
  const valid = /^[+-]?\d+$/.test(text) ? Number(text) !== 0 : signalByName(text) !== undefined;
  if (!valid) throw new InstructionError(`invalid signal: ${text}`, { culprit: text });
  return text;
}
