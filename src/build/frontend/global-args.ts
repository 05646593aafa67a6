import { type Dockerfile, expandWord } from "../../dockerfile/index.ts";
import { atInstruction } from "./errors.ts";

/** The ARGs before the first FROM, with what platforms and the caller say. */
export function readGlobalArgs(
  dockerfile: Dockerfile,
  predefined: Readonly<Record<string, string>>,
  buildArgs: Readonly<Record<string, string>>,
): Readonly<Record<string, string>> {
  const values: Record<string, string> = { ...predefined };
  for (const instruction of dockerfile.globalArgs) {
    for (const { key, value } of instruction.args) {
      const given = Object.hasOwn(buildArgs, key) ? buildArgs[key] : undefined;
      try {
        const found = given ?? (value === undefined ? undefined : expandGlobal(dockerfile, value, values));
        if (found !== undefined) values[key] = found;
      } catch (error) {
        throw atInstruction(dockerfile, instruction, error);
      }
    }
  }
  return values;
}

/** Expands a word of a FROM or of a global ARG. */
export function expandGlobal(
  dockerfile: Dockerfile,
  word: string,
  values: Readonly<Record<string, string>>,
): string {
  return expandWord(word, (name) => (Object.hasOwn(values, name) ? values[name] : undefined), {
    escape: dockerfile.escape,
  }).text;
}
