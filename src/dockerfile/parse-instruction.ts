import { goQuote } from "../base/index.ts";
import { type Escape, trimSpace } from "./characters.ts";
import { blankName, InstructionError, needsOne, needsSome } from "./errors.ts";
import { readFlags } from "./flags.ts";
import type {
  ArgInstruction,
  CommandLine,
  FromInstruction,
  Heredoc,
  Instruction,
  InstructionSource,
  KeyValue,
} from "./instruction.ts";
import { parseAdd, parseCopy } from "./parse-copy.ts";
import { parseHealth } from "./parse-health.ts";
import { parseTriggerText } from "./parse-onbuild.ts";
import { parseRun } from "./parse-run.ts";
import { didYouMean, nearestInAnyCase } from "./suggest.ts";
import { parseJsonForm, splitBlanks, splitOnce, splitQuoted } from "./words.ts";

/** An instruction in pieces, with what its parser needs to know. */
export interface InstructionText {
  readonly source: InstructionSource;
  /** The whole line, with the blanks at its end. */
  readonly line: string;
  readonly flags: readonly string[];
  readonly rest: string;
  readonly heredocs: readonly Heredoc[];
  readonly escapeToken: Escape;
}

/** Reads one instruction. Throws {@link InstructionError} with BuildKit's texts. */
export function parseInstruction(text: InstructionText): Instruction {
  const { keyword } = text.source;
  const name = keyword.toLowerCase();
  const parse = Object.hasOwn(PARSERS, name) ? PARSERS[name] : undefined;
  if (parse !== undefined) return parse(text);
  const hint = didYouMean(nearestInAnyCase(keyword, NAMES));
  throw new InstructionError(`unknown instruction: ${keyword}${hint}`, { culprit: keyword });
}

const PARSERS: Readonly<Record<string, (text: InstructionText) => Instruction>> = {
  add: parseAdd,
  arg: parseArg,
  cmd: ({ source, flags, rest }) => {
    readFlags(flags);
    return { ...source, kind: "cmd", command: parseCommand(rest) };
  },
  copy: parseCopy,
  entrypoint: ({ source, flags, rest }) => {
    readFlags(flags);
    return { ...source, kind: "entrypoint", command: parseCommand(rest) };
  },
  env: (text) => ({ ...text.source, kind: "env", ...parsePairs("ENV", text) }),
  expose: ({ source, flags, rest }) => {
    const ports = splitBlanks(rest);
    if (ports.length === 0) throw needsSome("EXPOSE");
    readFlags(flags);
    return { ...source, kind: "expose", ports: ports.sort() };
  },
  from: parseFrom,
  healthcheck: ({ source, flags, rest }) => ({
    ...source,
    kind: "healthcheck",
    health: parseHealth(flags, rest),
  }),
  label: (text) => ({ ...text.source, kind: "label", ...parsePairs("LABEL", text) }),
  maintainer: (text) => ({ ...text.source, kind: "maintainer", maintainer: wholeLine("MAINTAINER", text) }),
  onbuild: (text) => ({ ...text.source, kind: "onbuild", trigger: parseTriggerText(text) }),
  run: parseRun,
  shell: parseShell,
  stopsignal: (text) => ({ ...text.source, kind: "stopsignal", signal: wholeLine("STOPSIGNAL", text) }),
  user: (text) => ({ ...text.source, kind: "user", user: wholeLine("USER", text) }),
  volume: parseVolume,
  workdir: (text) => ({ ...text.source, kind: "workdir", path: wholeLine("WORKDIR", text) }),
};

const NAMES = Object.keys(PARSERS);

/** What follows RUN, CMD or ENTRYPOINT. */
export function parseCommand(rest: string): CommandLine {
  const words = parseJsonForm(rest);
  return words === undefined ? { form: "shell", line: rest } : { form: "exec", words };
}

function wholeLine(name: string, { flags, rest }: InstructionText): string {
  if (rest === "") throw needsOne(name);
  readFlags(flags);
  return rest;
}

function parsePairs(
  name: string,
  { flags, rest, escapeToken }: InstructionText,
): { readonly pairs: readonly KeyValue[]; readonly legacy: boolean } {
  const words = splitQuoted(rest, escapeToken);
  const legacy = words[0]?.includes("=") === false;
  const pairs = legacy ? [oldPair(name, rest)] : words.map(toPair);
  readFlags(flags);
  if (pairs.length === 0) throw needsSome(name);
  if (pairs.some(({ key }) => key === "")) throw blankName(name);
  return { pairs, legacy };
}

function oldPair(name: string, rest: string): KeyValue {
  const [key, value] = splitOnce(rest);
  if (value !== undefined) return { key, value };
  throw new InstructionError(`${name} must have two arguments`, { grammar: true });
}

function toPair(word: string): KeyValue {
  const equals = word.indexOf("=");
  if (equals >= 0) return { key: word.slice(0, equals), value: word.slice(equals + 1) };
  throw new InstructionError(
    `Syntax error - can't find = in ${goQuote(word)}. Must be of the form: name=value`,
    { grammar: true, culprit: word },
  );
}

function parseArg({ source, flags, rest, escapeToken }: InstructionText): ArgInstruction {
  const words = splitQuoted(rest, escapeToken);
  if (words.length === 0) throw needsSome("ARG");
  readFlags(flags);
  const args = words.map((word) => (word.includes("=") ? toPair(word) : { key: word }));
  if (args.some(({ key }) => key === "")) throw blankName("ARG");
  return { ...source, kind: "arg", args };
}

function parseFrom({ source, flags, rest }: InstructionText): FromInstruction {
  const [base, as, writtenName, ...more] = splitBlanks(rest);
  const named = as?.toLowerCase() === "as" && writtenName !== undefined && more.length === 0;
  const name = named ? writtenName.toLowerCase() : undefined;
  if (name !== undefined && !/^[a-z][a-z0-9-_.]*$/.test(name)) {
    throw new InstructionError(
      `invalid name for build stage: ${goQuote(writtenName ?? "")}, name can't start with a number or contain symbols`,
      { culprit: writtenName ?? "" },
    );
  }
  if (base === undefined || (!named && as !== undefined)) {
    throw new InstructionError("FROM requires either one or three arguments");
  }
  const platform = readFlags(flags, { platform: "string" }).string("platform");
  return {
    ...source,
    kind: "from",
    base,
    ...(named && name !== undefined ? { name, writtenName, asKeyword: as } : {}),
    ...(platform === undefined ? {} : { platform }),
  };
}

function parseShell({ source, flags, rest }: InstructionText): Instruction {
  readFlags(flags);
  const shell = parseJsonForm(rest);
  if (rest === "" || shell?.length === 0) throw needsSome("SHELL");
  if (shell === undefined) {
    throw new InstructionError("SHELL requires the arguments to be in JSON form");
  }
  return { ...source, kind: "shell", shell };
}

function parseVolume({ source, flags, rest }: InstructionText): Instruction {
  const words = parseJsonForm(rest) ?? splitBlanks(rest);
  if (words.length === 0) throw needsSome("VOLUME");
  readFlags(flags);
  const paths = words.map(trimSpace);
  if (paths.includes("")) throw new InstructionError("VOLUME specified can not be an empty string");
  return { ...source, kind: "volume", paths };
}
