import { isEngineError } from "../../base/index.ts";
import type { Dockerfile, Stage } from "../dockerfile.ts";
import type { StageInstruction } from "../instruction.ts";
import { readFields } from "../read-fields.ts";

/**
 * The stages that a build of `target` executes. `bases` are the expanded words of their FROMs, by the index of the
 * stage.
 */
export function neededStages(
  { stages }: Dockerfile,
  target: Stage,
  bases: readonly string[],
): ReadonlySet<Stage> {
  const needed = new Set<Stage>();
  const add = (stage: Stage): void => {
    if (needed.has(stage)) return;
    needed.add(stage);
    const named = [bases[stage.index] ?? "", ...stage.instructions.flatMap(sourcesOf)];
    for (const name of named) {
      const found = findStage(stages, name, stage.index);
      if (found !== undefined) add(found);
    }
  };
  add(target);
  return needed;
}

function findStage(stages: readonly Stage[], word: string, before: number): Stage | undefined {
  const wanted = word.toLowerCase();
  const named = stages.findLast(({ name, index }) => name === wanted && index < before);
  return named ?? (/^\d+$/.test(word) ? stages[Number(word)] : undefined);
}

function sourcesOf(instruction: StageInstruction): string[] {
  if (instruction.kind === "copy") return instruction.from === undefined ? [] : [instruction.from];
  return instruction.kind === "run" ? instruction.mounts.flatMap(sourceOfMount) : [];
}

function sourceOfMount(mount: string): string[] {
  try {
    return readFields(mount, "mounts").flatMap(({ key, value }) => (key === "from" && value ? [value] : []));
  } catch (error) {
    // What is wrong with it is told when its stage is read.
    if (isEngineError(error)) return [];
    throw error;
  }
}
