import { fileURLToPath } from "node:url";
import { type Outcome, type ProcessOptions, runProcess } from "./run-process.ts";
import { inTerminal } from "./terminal.ts";

const source = fileURLToPath(new URL("../../src/cli/main.ts", import.meta.url));

/** The words that start the CLI: `$STRAKE_BIN` when it is set, else the sources under this very Bun. */
export const strakeCommand: readonly string[] =
  process.env.STRAKE_BIN === undefined ? [process.execPath, source] : [process.env.STRAKE_BIN];

export interface StrakeOptions extends ProcessOptions {
  /** Gives it a terminal; what it writes is then all in `stdout`. */
  readonly tty?: boolean;
}

/** Runs `strake args…` to its end. Pass the `env` of a `TempRoot`, or it works on the machine's own store. */
export async function strake(args: readonly string[], options: StrakeOptions = {}): Promise<Outcome> {
  const command = [...strakeCommand, ...args];
  if (options.tty !== true) return runProcess(command, options);
  await using terminal = inTerminal(command, options);
  if (options.stdin !== undefined) terminal.send(options.stdin);
  const exitCode = await terminal.exited;
  return { stdout: terminal.output(), stderr: "", exitCode };
}
