import { EngineError } from "../../base/index.ts";
import {
  expandInstruction,
  expandWord,
  parseTrigger,
  type StageInstruction,
} from "../../dockerfile/index.ts";
import { applyCopy } from "./apply-copy.ts";
import { applyMetadata, argValue } from "./apply-metadata.ts";
import { applyRun } from "./apply-run.ts";
import { applyWorkdir } from "./apply-workdir.ts";
import { atInstruction } from "./errors.ts";
import { lookupOf, type StageContext } from "./stage-context.ts";
import type { StageState } from "./stage-state.ts";

/** Applies the instructions of a stage in their order. Errors say where in the Dockerfile they are. */
export async function readInstructions(
  context: StageContext,
  state: StageState,
  instructions: readonly StageInstruction[],
): Promise<void> {
  for (const instruction of instructions) {
    try {
      await readInstruction(context, state, instruction);
    } catch (error) {
      throw atInstruction(context.dockerfile, instruction, error);
    }
  }
}

/** The instructions that an image left for those built on it. */
export function triggersOf(onBuild: readonly string[]): StageInstruction[] {
  return onBuild.map((trigger) => parseTrigger(trigger, { fileName: "ONBUILD" }));
}

async function readInstruction(
  context: StageContext,
  state: StageState,
  instruction: StageInstruction,
): Promise<void> {
  const escapeToken = context.dockerfile.escape;
  const lookup = lookupOf(state);
  const { instruction: expanded } = expandInstruction(instruction, lookup, {
    escape: escapeToken,
    fileName: context.dockerfile.fileName,
    argValue: (key, fallback) => argValue(context, key, fallback),
  });
  const shown = () => shownText(instruction, lookup, escapeToken);
  switch (expanded.kind) {
    case "run":
      return await applyRun(context, state, { instruction: expanded, shown: shown() });
    case "copy":
    case "add":
      return await applyCopy(context, state, { instruction: expanded, shown: shown() });
    case "workdir":
      return applyWorkdir(context, state, { instruction: expanded, shown: shown() });
    default:
      return applyMetadata(context, state, expanded);
  }
}

/** The instruction on one line, its variables replaced and its keyword in upper case. */
function shownText(
  { original, keyword }: StageInstruction,
  lookup: ReturnType<typeof lookupOf>,
  escapeToken: StageContext["dockerfile"]["escape"],
): string {
  const rest = original.slice(keyword.length);
  try {
    const { text } = expandWord(rest, lookup, {
      escape: escapeToken,
      keepQuotes: true,
      keepEscapes: true,
      keepUnset: true,
    });
    return `${keyword.toUpperCase()}${text}`;
  } catch (error) {
    // A name for display is no reason to fail: the shell may well understand what the builder does not.
    if (error instanceof EngineError) return `${keyword.toUpperCase()}${rest}`;
    throw error;
  }
}
