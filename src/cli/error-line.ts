import { EngineError, errorText, withoutControls } from "../base/index.ts";

// What is wrong with `--format` is found on this side of the engine. By name, so that no template code is loaded here.
const OF_FORMAT: ReadonlySet<string> = new Set(["TemplateParseError", "TemplateExecError"]);

/** One error as one line. What the engine says has the prefix that users and scripts know from Docker. */
export function errorLine(error: unknown): string {
  // It may quote what a registry or an archive says.
  const text = withoutControls(errorText(error));
  return error instanceof EngineError && !OF_FORMAT.has(error.name)
    ? `Error response from daemon: ${text}`
    : text;
}
