import { EngineError, errorText } from "../base/index.ts";

/** One error as one line. What the engine says has the prefix that users and scripts know from Docker. */
export function errorLine(error: unknown): string {
  const text = errorText(error);
  return error instanceof EngineError ? `Error response from daemon: ${text}` : text;
}
