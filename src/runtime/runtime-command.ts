import { type RunResult, run } from "../host/index.ts";
import type { RuntimeProgram } from "./choose-runtime.ts";

/** One runtime program with the folder that it keeps its state in. */
export interface RuntimePlace extends RuntimeProgram {
  readonly stateRoot: string;
}

/** Runs a command of the runtime, such as `pause <id>`. */
export async function runRuntime(
  place: RuntimePlace,
  words: readonly string[],
  stdin?: string,
): Promise<RunResult> {
  return await run([place.path, "--root", place.stateRoot, ...words], stdin === undefined ? {} : { stdin });
}

/** What the runtime said about its failure. */
export function failureText({ stderr, stdout, exitCode }: RunResult): string {
  return stderr.trim() || stdout.trim() || `exit status ${exitCode}`;
}
