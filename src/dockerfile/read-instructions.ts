import type { Escape } from "./characters.ts";
import type { ParseWarning } from "./dockerfile.ts";
import { DockerfileError, InstructionError } from "./errors.ts";
import { findHeredocs } from "./heredoc.ts";
import type { Heredoc, Instruction } from "./instruction.ts";
import { LineScanner, type LogicalLine } from "./logical-lines.ts";
import { type InstructionText, parseInstruction } from "./parse-instruction.ts";
import type { Source } from "./read-source.ts";
import { findInRange, linesRange } from "./source-range.ts";
import { splitInstruction } from "./split-instruction.ts";
import { parseJsonForm } from "./words.ts";

/** How {@link readInstructions} reads. */
export interface ReadOptions {
  readonly escapeToken: Escape;
  /** Lines at the beginning that are already read. */
  readonly skip: number;
  /** Called with the first word of each instruction before it is read; may throw. */
  readonly accept?: ((keyword: string) => void) | undefined;
}

/** Reads the instructions of a file, at least one. Throws {@link DockerfileError}. */
export function readInstructions(
  source: Source,
  { escapeToken, skip, accept }: ReadOptions,
): { readonly instructions: readonly Instruction[]; readonly warnings: readonly ParseWarning[] } {
  const scanner = new LineScanner(source, escapeToken, skip);
  const instructions: Instruction[] = [];
  const warnings: ParseWarning[] = [];
  for (let line = scanner.next(); line !== undefined; line = scanner.next()) {
    if (line.hasEmptyContinuation) {
      warnings.push({
        rule: "NoEmptyContinuation",
        range: linesRange(source.lines, line.lastLine, line.lastLine),
      });
    }
    accept?.(splitInstruction(line.text).keyword);
    instructions.push(readInstruction(source, { scanner, line, escapeToken }));
  }
  if (instructions.length === 0) {
    throw new DockerfileError("file with no instructions", {
      fileName: source.fileName,
      ranges: [linesRange(source.lines, scanner.line, scanner.line)],
    });
  }
  return { instructions, warnings };
}

interface Reading {
  readonly scanner: LineScanner;
  readonly line: LogicalLine;
  readonly escapeToken: Escape;
}

function readInstruction(source: Source, { scanner, line, escapeToken }: Reading): Instruction {
  const { keyword, flags, rest } = splitInstruction(line.text);
  const fail = (error: unknown) => atLines(source, error, { first: line.firstLine, last: scanner.line });
  try {
    const heredocs = readHeredocs(line.text, scanner);
    const range = linesRange(source.lines, line.firstLine, scanner.line);
    const original = line.text.trim();
    const text: InstructionText = {
      source: { range, original, keyword, comments: line.comments },
      line: line.text,
      flags,
      rest,
      heredocs,
      escapeToken,
    };
    checkEncoding(source, line.firstLine, scanner.line, text);
    return parseInstruction(text);
  } catch (error) {
    throw fail(error);
  }
}

function readHeredocs(text: string, scanner: LineScanner): readonly Heredoc[] {
  const marks = text.includes("<<") && mayHaveHeredocs(text) ? findHeredocs(text) : [];
  const heredocs = scanner.readBodies(marks);
  if (heredocs === undefined) throw new InstructionError("unterminated heredoc", { grammar: true });
  return heredocs;
}

/** RUN, COPY and ADD in their shell form, also behind ONBUILD. */
function mayHaveHeredocs(text: string): boolean {
  const { keyword, rest } = splitInstruction(text);
  const name = keyword.toLowerCase();
  if (name === "onbuild") return mayHaveHeredocs(rest);
  return (name === "run" || name === "copy" || name === "add") && parseJsonForm(rest) === undefined;
}

/** Bytes that are no UTF-8 would reach a process or a file as something else. */
function checkEncoding(source: Source, first: number, last: number, text: InstructionText): void {
  if (source.broken.size === 0) return;
  if (text.heredocs.length === 0 && text.source.keyword.toLowerCase() !== "run") return;
  for (let line = first; line <= last; line++) {
    if (source.broken.has(line)) throw new InstructionError(`line ${line} contains invalid UTF-8`);
  }
}

function atLines(
  source: Source,
  error: unknown,
  { first, last }: { readonly first: number; readonly last: number },
): unknown {
  if (!(error instanceof InstructionError)) return error;
  const range = linesRange(source.lines, first, last);
  return new DockerfileError(error.message, {
    fileName: source.fileName,
    ranges: [range],
    exact: findInRange(source.lines, range, error.culprit),
    parsedLine: error.grammar ? undefined : first,
  });
}
