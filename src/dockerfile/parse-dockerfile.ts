import type { Escape } from "./characters.ts";
import type { Dockerfile, ParseWarning, Stage } from "./dockerfile.ts";
import { DockerfileError, InstructionError } from "./errors.ts";
import { findHeredocs } from "./heredoc.ts";
import type { ArgInstruction, Heredoc, Instruction, StageInstruction } from "./instruction.ts";
import { LineScanner, type LogicalLine } from "./logical-lines.ts";
import { type InstructionText, parseInstruction } from "./parse-instruction.ts";
import { readDirectives } from "./read-directives.ts";
import { readSource, type Source } from "./read-source.ts";
import { findInRange, linesRange } from "./source-range.ts";
import { splitInstruction } from "./split-instruction.ts";
import { parseJsonForm } from "./words.ts";

/** How a Dockerfile is read. */
export interface ParseOptions {
  /** What errors and excerpts call the file. */
  readonly fileName: string;
}

/**
 * Parses a Dockerfile. Nothing is expanded, and no stage is looked up.
 * Throws {@link DockerfileError} with BuildKit's text and the place of the first mistake.
 */
export function parseDockerfile(source: string | Uint8Array, { fileName }: ParseOptions): Dockerfile {
  if (source.length === 0) {
    throw new DockerfileError("the Dockerfile cannot be empty", { fileName, ranges: [] });
  }
  const read = readSource(source, fileName);
  const { directives, escapeToken, lines } = readDirectives(read);
  const parsed = readInstructions(read, escapeToken, lines);
  return {
    fileName,
    directives,
    escape: escapeToken,
    lines: read.lines,
    warnings: parsed.warnings,
    ...toStages(parsed.instructions, fileName),
  };
}

/**
 * Parses instructions that belong to no file with stages, such as those of `commit --change`; none may be missing.
 * Throws {@link DockerfileError}.
 */
export function parseInstructions(source: string, { fileName }: ParseOptions): readonly Instruction[] {
  return readInstructions(readSource(source, fileName), "\\", 0).instructions;
}

/** Parses the instruction that an ONBUILD has kept. Throws {@link DockerfileError}. */
export function parseTrigger(trigger: string, options: ParseOptions): StageInstruction {
  const [instruction, ...more] = parseInstructions(trigger, options);
  if (instruction === undefined || more.length > 0 || instruction.kind === "from") {
    throw new DockerfileError("onbuild trigger should be a single expression", {
      fileName: options.fileName,
      ranges: [],
    });
  }
  return instruction;
}

function readInstructions(
  source: Source,
  escapeToken: Escape,
  skip: number,
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
  const message = error.grammar ? error.message : `dockerfile parse error on line ${first}: ${error.message}`;
  return new DockerfileError(message, {
    fileName: source.fileName,
    ranges: [range],
    exact: findInRange(source.lines, range, error.culprit),
  });
}

function toStages(
  instructions: readonly Instruction[],
  fileName: string,
): { readonly globalArgs: readonly ArgInstruction[]; readonly stages: readonly Stage[] } {
  const globalArgs: ArgInstruction[] = [];
  const stages: (Stage & { readonly instructions: StageInstruction[] })[] = [];
  for (const instruction of instructions) {
    const stage = stages.at(-1);
    if (instruction.kind === "from") {
      const { base, name, platform, range } = instruction;
      stages.push({
        index: stages.length,
        base,
        ...(name === undefined ? {} : { name }),
        ...(platform === undefined ? {} : { platform }),
        range,
        from: instruction,
        instructions: [],
      });
    } else if (stage !== undefined) stage.instructions.push(instruction);
    else if (instruction.kind === "arg") globalArgs.push(instruction);
    else {
      throw new DockerfileError("no build stage in current context", {
        fileName,
        ranges: [instruction.range],
      });
    }
  }
  if (stages.length === 0) {
    throw new DockerfileError("dockerfile contains no stages to build", { fileName, ranges: [] });
  }
  return { globalArgs, stages };
}
