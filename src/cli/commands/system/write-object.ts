import { errorText } from "../../../base/index.ts";
import { encodeGoJson, type GoValue, parseTemplate, TemplateExecError } from "../../../template/index.ts";
import { CommandFailed } from "../../command.ts";
import type { Io } from "../../io/io.ts";
import { BAD_TEMPLATE } from "../inspect-shared.ts";

/**
 * Writes the one object of `info` or `version` as the user's template says; what there is of it when it fails, as Docker
 * does, and errors name the template as there.
 */
export function writeObject(
  value: GoValue,
  { format, name = "" }: { readonly format: string; readonly name?: string },
  io: Io,
): void {
  if (format === "json") {
    io.out(`${encodeGoJson(value.type, value.value)}\n`);
    return;
  }
  try {
    io.out(`${parseTemplate(format).execute(value)}\n`);
  } catch (error) {
    const text = errorText(error)
      .replace(/^template: :/, `template: ${name}:`)
      .replace('executing "" at', `executing "${name}" at`);
    if (!(error instanceof TemplateExecError)) {
      throw new CommandFailed(BAD_TEMPLATE, `template parsing error: ${text}`);
    }
    io.out(`${error.output}\n`);
    throw new CommandFailed(1, text);
  }
}
