import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

/** A program with its arguments, and what it is run with. */
export interface Command {
  readonly argv: readonly string[];
  /** Variables on top of the bench's own. */
  readonly env?: Readonly<Record<string, string>>;
}

export interface RunOptions {
  /**
   * Makes the call throw, but only once the command has ended by itself: a client that is killed leaves its daemon at
   * work, and its own temporary files behind.
   */
  readonly signal?: AbortSignal | undefined;
  /** Called with the process's id once it runs. */
  readonly onStart?: (pid: number) => void;
  /** An open file to read from; nothing without it. */
  readonly stdin?: number;
}

/** How a command ended. */
export interface Ended {
  readonly milliseconds: number;
  readonly stdout: string;
}

const TIMEOUT = 15 * 60_000;

/** A command that the bench ran ended with something other than 0. */
export class CommandError extends Error {
  override readonly name = "CommandError";
}

/**
 * Runs a command as a process group of its own (so that ^C reaches the bench alone, which then cleans up) and times it
 * from before its start until it has ended. Throws a CommandError with its last words when it fails.
 */
export async function runCommand(command: Command, options: RunOptions = {}): Promise<Ended> {
  options.signal?.throwIfAborted();
  // Files and not pipes: what a container's monitor inherits stays open after the command's end.
  const folder = mkdtempSync(join(tmpdir(), "strake-bench-out-"));
  const [out, err] = [join(folder, "out"), join(folder, "err")];
  try {
    const started = Bun.nanoseconds();
    const child = Bun.spawn([...command.argv], {
      env: { ...process.env, ...command.env },
      stdin: options.stdin ?? "ignore",
      stdout: Bun.file(out),
      stderr: Bun.file(err),
      detached: true,
      timeout: TIMEOUT,
    });
    options.onStart?.(child.pid);
    const code = await child.exited;
    const milliseconds = (Bun.nanoseconds() - started) / 1e6;
    options.signal?.throwIfAborted();
    if (code !== 0)
      throw new CommandError(toFailure(command, child.signalCode ?? code, readFileSync(err, "utf8")));
    return { milliseconds, stdout: readFileSync(out, "utf8") };
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

function toFailure(command: Command, code: number | string, stderr: string): string {
  const lines = stderr.split("\n").filter((line) => line.trim() !== "" && !line.startsWith("Run '"));
  const words = command.argv.join(" ");
  const shown = words.length > 100 ? `${words.slice(0, 100)}…` : words;
  return `${lines.at(-1)?.trim() ?? "it said nothing"} (${code} from: ${shown})`;
}
