import { readCsv } from "./csv.ts";
import { InstructionError } from "./errors.ts";

/** Checks of a `--mount` what does not depend on variables. Throws `invalidArgument` with BuildKit's texts. */
export function checkMountFields(text: string): void {
  for (const field of readCsv(text, "mounts")) {
    const [, key = "", value = ""] = /^([^=]*)=([\s\S]*)$/.exec(field) ?? [];
    if (key.toLowerCase() === "from" && /\$./.test(value)) {
      throw new InstructionError(
        `'${key.toLowerCase()}' doesn't support variable expansion, define alias stage instead`,
        { culprit: field },
      );
    }
  }
}
