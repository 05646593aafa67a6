import { EngineError, errorText } from "../base/index.ts";
import { CliError } from "./cli-error.ts";
import { CommandFailed } from "./command.ts";
import { errorLine } from "./error-line.ts";

/** A failure of `run` and `create` with Docker's exit status. */
export class StartFailure extends Error {
  readonly status: number;
  readonly hint: string | undefined;

  constructor(status: number, cause: unknown) {
    super(errorLine(cause), { cause });
    this.name = "StartFailure";
    this.status = status;
    this.hint = cause instanceof EngineError || cause instanceof CliError ? cause.hint : undefined;
  }
}

/** Reads a request; what is wrong with it ends the command with Docker's status 125. */
export async function refusedRequest<T>(read: () => T | Promise<T>): Promise<T> {
  try {
    return await read();
  } catch (error) {
    if (error instanceof CommandFailed) throw error;
    throw new StartFailure(125, error);
  }
}

/** What `run` ends with: 127 when the program is not there, 126 when it cannot be run, else 125. */
export function asStartFailure(error: unknown): unknown {
  if (error instanceof CommandFailed || error instanceof StartFailure) return error;
  if (error instanceof EngineError && error.kind === "cancelled") return error;
  return new StartFailure(startStatus(errorText(error)), error);
}

/** The exit status for what the runtime says of a program: 127 is missing, 126 cannot be run, else 125. */
export function startStatus(message: string): number {
  if (/executable file not found|no such file or directory/i.test(message)) return 127;
  if (/permission denied|is a directory/i.test(message)) return 126;
  return 125;
}
