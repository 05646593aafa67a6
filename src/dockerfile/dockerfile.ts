import type { SourceRange } from "../base/index.ts";
import type { Escape } from "./characters.ts";
import type { ArgInstruction, FromInstruction, StageInstruction } from "./instruction.ts";

/** A parser directive of the first lines, `# name=value`. */
export interface Directive {
  readonly value: string;
  readonly line: number;
}

export interface Directives {
  /** The frontend image that the file asks for. */
  readonly syntax?: Directive;
  /** Options of the build checks. */
  readonly check?: Directive;
  readonly escape?: Directive;
}

/** A FROM and the instructions up to the next one. */
export interface Stage {
  /** Counts from 0. */
  readonly index: number;
  /** In lower case. */
  readonly name?: string;
  /** Word: image, earlier stage or `scratch`. */
  readonly base: string;
  /** Word. */
  readonly platform?: string;
  readonly range: SourceRange;
  readonly from: FromInstruction;
  readonly instructions: readonly StageInstruction[];
}

/** What the parser saw that is allowed but discouraged. */
export interface ParseWarning {
  readonly rule: "NoEmptyContinuation";
  readonly range: SourceRange;
}

/** A parsed Dockerfile; nothing in it is expanded. */
export interface Dockerfile {
  readonly fileName: string;
  readonly directives: Directives;
  readonly escape: Escape;
  /** The source, line by line, without line ends. */
  readonly lines: readonly string[];
  /** The ARGs before the first FROM. */
  readonly globalArgs: readonly ArgInstruction[];
  readonly stages: readonly Stage[];
  readonly warnings: readonly ParseWarning[];
}
