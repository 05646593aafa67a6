import type { Dockerfile, Stage } from "./dockerfile.ts";
import { DockerfileError } from "./errors.ts";
import type { ArgInstruction, Instruction, StageInstruction } from "./instruction.ts";
import { readDirectives } from "./read-directives.ts";
import { readInstructions } from "./read-instructions.ts";
import { readSource } from "./read-source.ts";

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
  const parsed = readInstructions(read, { escapeToken, skip: lines });
  return {
    fileName,
    directives,
    escape: escapeToken,
    lines: read.lines,
    warnings: parsed.warnings,
    ...toStages(parsed.instructions, fileName),
  };
}

/** How {@link parseInstructions} reads. */
export interface InstructionOptions extends ParseOptions {
  /** Called with the first word of each instruction before it is read; may throw. */
  readonly accept?: (keyword: string) => void;
}

/**
 * Parses instructions that belong to no file with stages, such as those of `commit --change`; none at all is a mistake.
 * Throws {@link DockerfileError}.
 */
export function parseInstructions(
  source: string,
  { fileName, accept }: InstructionOptions,
): readonly Instruction[] {
  const read = readSource(source, fileName);
  const { escapeToken, lines } = readDirectives(read);
  return readInstructions(read, { escapeToken, skip: lines, accept }).instructions;
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
