import { EngineError, errorText, isEngineError } from "../../base/index.ts";
import {
  type Dockerfile,
  DockerfileError,
  didYouMean,
  type Instruction,
  nearest,
  type Stage,
} from "../../dockerfile/index.ts";

/** An error of one instruction, with its place; an error that has one keeps it. */
export function atInstruction(
  { fileName }: Dockerfile,
  { range }: Pick<Instruction, "range">,
  error: unknown,
): unknown {
  if (!isEngineError(error) || error instanceof DockerfileError) return error;
  if (error.kind === "cancelled" || error.kind === "internal") return error;
  const { hint } = error;
  const place = { fileName, ranges: [range] };
  return new DockerfileError(errorText(error), place, {
    cause: error,
    ...(hint === undefined ? {} : { hint }),
  });
}

export function targetNotFound(name: string, stages: readonly string[]): EngineError {
  const suggestion = didYouMean(nearest(name, stages));
  return new EngineError(
    "invalidArgument",
    `target stage ${JSON.stringify(name)} could not be found${suggestion}`,
  );
}

export function circularStage({ name, index }: Stage): EngineError {
  const shown = name ?? `stage-${index}`;
  return new EngineError("invalidArgument", `circular dependency detected on stage: ${shown}`);
}

export function blankBase(written: string): EngineError {
  return new EngineError("invalidArgument", `base name (${written}) should not be blank`);
}

export function stageDefinedLater(name: string, current: string): EngineError {
  return new EngineError(
    "invalidArgument",
    `cannot copy from stage ${JSON.stringify(name)}, it needs to be defined before current stage ${JSON.stringify(current)}`,
  );
}

export function noStageAt(index: string): EngineError {
  return new EngineError("invalidArgument", `invalid stage index ${index}`);
}

export function badStageName(name: string, cause: unknown): EngineError {
  const text = `failed to parse stage name ${JSON.stringify(name)}: ${errorText(cause)}`;
  return new EngineError("invalidArgument", text, { cause });
}

export function badMountTarget(target: string): EngineError {
  return new EngineError("invalidArgument", `invalid mount target ${JSON.stringify(target)}`);
}
