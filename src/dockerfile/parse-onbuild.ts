import { InstructionError, needsSome } from "./errors.ts";
import { readFlags } from "./flags.ts";
import { type InstructionText, parseInstruction } from "./parse-instruction.ts";
import { splitInstruction } from "./split-instruction.ts";

/** The text of ONBUILD's instruction, heredocs included. Throws {@link InstructionError} for those it may not be. */
export function parseTriggerText(text: InstructionText): string {
  const { line, flags, rest, heredocs } = text;
  if (rest === "") throw needsSome("ONBUILD");
  readFlags(flags);
  const name = splitInstruction(rest).keyword.toUpperCase();
  if (name === "ONBUILD") {
    throw new InstructionError("Chaining ONBUILD via `ONBUILD ONBUILD` isn't allowed");
  }
  if (name === "MAINTAINER" || name === "FROM") {
    throw new InstructionError(`${name} isn't allowed as an ONBUILD trigger`);
  }
  checkGrammar(text);
  const bodies = heredocs.map(({ body, name }) => `\n${body}${name}`);
  return line.replace(/^\s*ONBUILD\s*/i, "") + bodies.join("");
}

/** The build that uses the image reads the trigger; only what breaks the grammar is refused already here. */
function checkGrammar(text: InstructionText): void {
  const { keyword, flags, rest } = splitInstruction(text.rest);
  try {
    parseInstruction({ ...text, source: { ...text.source, keyword }, flags, rest });
  } catch (error) {
    if (error instanceof InstructionError && error.grammar) throw error;
  }
}
