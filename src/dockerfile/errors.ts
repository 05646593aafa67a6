import { EngineError, type ErrorDetail, type SourceRange } from "../base/index.ts";

/** Where a {@link DockerfileError} is. */
export interface ErrorPlace {
  readonly fileName: string;
  /** Usually one; empty when the mistake belongs to no line. */
  readonly ranges: readonly SourceRange[];
  /** The very text that is wrong, within the first range, where it is known. */
  readonly exact?: SourceRange | undefined;
  /** The line that the message names, as BuildKit does for mistakes that it meets while parsing. */
  readonly parsedLine?: number | undefined;
}

/** A Dockerfile is not valid. `message` is BuildKit's text; the place is beside it. */
export class DockerfileError extends EngineError {
  /** What is wrong, without any line. */
  readonly reason: string;
  readonly fileName: string;
  readonly ranges: readonly SourceRange[];
  readonly exact: SourceRange | undefined;

  constructor(reason: string, place: ErrorPlace, detail: ErrorDetail = {}) {
    const { parsedLine } = place;
    const where = parsedLine === undefined ? "" : `dockerfile parse error on line ${parsedLine}: `;
    super("invalidArgument", where + reason, detail);
    this.name = "DockerfileError";
    this.reason = reason;
    this.fileName = place.fileName;
    this.ranges = place.ranges;
    this.exact = place.exact;
  }
}

/** What is wrong with an instruction, before anyone knows where it stands. */
export class InstructionError extends EngineError {
  /** The text in the source that is wrong; empty when it is the whole instruction. */
  readonly culprit: string;
  /** True for mistakes of the grammar, which BuildKit reports without naming the line in the message. */
  readonly grammar: boolean;

  constructor(message: string, { culprit = "", grammar = false } = {}) {
    super("invalidArgument", message);
    this.name = "InstructionError";
    this.culprit = culprit;
    this.grammar = grammar;
  }
}

export function needsOne(name: string): InstructionError {
  return new InstructionError(`${name} requires exactly one argument`);
}

export function needsSome(name: string): InstructionError {
  return new InstructionError(`${name} requires at least one argument`);
}

export function blankName(name: string): InstructionError {
  return new InstructionError(`${name} names can not be blank`);
}

/** `base` as it is written, with its variables. */
export function blankBase(base: string): InstructionError {
  return new InstructionError(`base name (${base}) should not be blank`, { culprit: base });
}

/** `platform` as it is written; `hint` is empty or `(did you mean …)`. */
export function emptyPlatform(platform: string, hint = ""): InstructionError {
  return new InstructionError(`empty platform value from expression ${platform}${hint}`, {
    culprit: platform,
  });
}
