import { constants } from "node:os";
import { EngineError, errorText, throwIfAborted } from "../base/index.ts";

export interface RunOptions {
  readonly stdin?: string | Uint8Array;
  /** The whole environment; this process's own if not given. */
  readonly env?: Readonly<Record<string, string>>;
  readonly cwd?: string;
  /** Aborting it kills the command; the call then fails with kind `cancelled`. */
  readonly signal?: AbortSignal;
}

export interface RunResult {
  /** 128 + n when signal n ended the command. */
  readonly exitCode: number;
  /** As UTF-8, at most 16 MiB; what comes after is dropped. */
  readonly stdout: string;
  readonly stderr: string;
}

const MOST_OUTPUT = 16 * 1024 * 1024;

/** Runs a command to its end. Any exit code is a result; only a command that cannot start is an error (kind `unavailable`). */
export async function run(argv: readonly string[], options: RunOptions = {}): Promise<RunResult> {
  throwIfAborted(options);
  const child = start(argv, options);
  const stop = (): void => child.kill("SIGKILL");
  options.signal?.addEventListener("abort", stop, { once: true });
  try {
    const [stdout, stderr] = await Promise.all([
      readText(child.stdout),
      readText(child.stderr),
      child.exited,
    ]);
    throwIfAborted(options);
    return { exitCode: exitCodeOf(child.exitCode, child.signalCode), stdout, stderr };
  } finally {
    options.signal?.removeEventListener("abort", stop);
  }
}

/** As {@link run}, blocking this whole process until the command ends. */
export function runSync(argv: readonly string[], options: Omit<RunOptions, "signal"> = {}): RunResult {
  try {
    const result = Bun.spawnSync([...argv], { ...spawnOptions(options), maxBuffer: MOST_OUTPUT });
    const { exitCode, stdout, stderr } = result;
    return {
      exitCode: exitCodeOf(exitCode, result.signalCode ?? null),
      stdout: stdout.toString(),
      stderr: stderr.toString(),
    };
  } catch (error) {
    throw cannotStart(argv, error);
  }
}

function start(argv: readonly string[], options: RunOptions) {
  try {
    return Bun.spawn([...argv], spawnOptions(options));
  } catch (error) {
    throw cannotStart(argv, error);
  }
}

function spawnOptions({ stdin, env, cwd }: RunOptions) {
  return {
    stdin: stdin === undefined ? ("ignore" as const) : Buffer.from(stdin),
    stdout: "pipe" as const,
    stderr: "pipe" as const,
    ...(env === undefined ? {} : { env: { ...env } }),
    ...(cwd === undefined ? {} : { cwd }),
  };
}

async function readText(stream: ReadableStream<Uint8Array>): Promise<string> {
  const chunks: Uint8Array[] = [];
  let size = 0;
  for await (const chunk of stream) {
    if (size < MOST_OUTPUT) chunks.push(chunk.subarray(0, MOST_OUTPUT - size));
    size += chunk.length;
  }
  return Buffer.concat(chunks).toString();
}

function exitCodeOf(code: number | null, signal: string | number | null): number {
  if (signal === null) return code ?? -1;
  if (typeof signal === "number") return 128 + signal;
  return 128 + (new Map(Object.entries(constants.signals)).get(signal) ?? 0);
}

function cannotStart(argv: readonly string[], cause: unknown): EngineError {
  const name = argv[0] ?? "";
  return new EngineError("unavailable", `exec: ${JSON.stringify(name)}: ${errorText(cause)}`, { cause });
}
