import { InstructionError } from "./errors.ts";
import { type FlagKind, type FlagValues, readFlags } from "./flags.ts";
import { heredocContent, parseHeredocMark } from "./heredoc.ts";
import type { AddInstruction, CopyInstruction, InlineFile, TransferInstruction } from "./instruction.ts";
import type { InstructionText } from "./parse-instruction.ts";
import { parseJsonForm, splitBlanks } from "./words.ts";

const SHARED: Readonly<Record<string, FlagKind>> = {
  chown: "string",
  chmod: "string",
  link: "bool",
  exclude: "strings",
};
const COPY: Readonly<Record<string, FlagKind>> = { ...SHARED, from: "string", parents: "bool" };
const ADD: Readonly<Record<string, FlagKind>> = {
  ...SHARED,
  "keep-git-dir": "bool",
  checksum: "string",
  unpack: "bool",
};

export function parseCopy(text: InstructionText): CopyInstruction {
  const { shared, flags } = parseTransfer("COPY", text, COPY);
  const from = flags.string("from");
  return {
    ...shared,
    kind: "copy",
    ...(from === undefined || from === "" ? {} : { from }),
    parents: flags.bool("parents") ?? false,
  };
}

export function parseAdd(text: InstructionText): AddInstruction {
  const { shared, flags } = parseTransfer("ADD", text, ADD);
  const checksum = flags.string("checksum");
  const keepGitDir = flags.bool("keep-git-dir");
  const unpack = flags.bool("unpack");
  return {
    ...shared,
    kind: "add",
    ...(checksum === undefined ? {} : { checksum }),
    ...(keepGitDir === undefined ? {} : { keepGitDir }),
    ...(unpack === undefined ? {} : { unpack }),
  };
}

function parseTransfer(
  name: string,
  text: InstructionText,
  known: Readonly<Record<string, FlagKind>>,
): { shared: TransferInstruction; flags: FlagValues } {
  const words = parseJsonForm(text.rest) ?? splitBlanks(text.rest);
  const destination = words.at(-1);
  if (destination === undefined || words.length < 2) {
    throw new InstructionError(
      `${name} requires at least two arguments, but only one was provided. Destination could not be determined`,
    );
  }
  const flags = readFlags(text.flags, known);
  if (parseHeredocMark(destination) !== undefined) {
    throw new InstructionError(`${name} cannot accept a heredoc as a destination`, { culprit: destination });
  }
  const chown = flags.string("chown");
  const chmod = flags.string("chmod");
  const shared: TransferInstruction = {
    ...text.source,
    ...splitSources(words.slice(0, -1), text),
    destination,
    ...(chown === undefined ? {} : { chown }),
    ...(chmod === undefined ? {} : { chmod }),
    link: flags.bool("link") ?? false,
    exclude: flags.strings("exclude"),
  };
  return { shared, flags };
}

function splitSources(
  words: readonly string[],
  { heredocs }: InstructionText,
): { readonly sources: readonly string[]; readonly inlineFiles: readonly InlineFile[] } {
  const sources: string[] = [];
  const inlineFiles: InlineFile[] = [];
  for (const word of words) {
    const mark = parseHeredocMark(word);
    if (mark === undefined) {
      sources.push(word);
      continue;
    }
    const heredoc = heredocs.findLast(({ name }) => name === mark.name);
    const content = heredoc === undefined ? "" : heredocContent({ ...heredoc, stripTabs: mark.stripTabs });
    inlineFiles.push({ name: mark.name, content, expand: mark.expand });
  }
  return { sources, inlineFiles };
}
