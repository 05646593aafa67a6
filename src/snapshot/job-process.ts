import { EngineError, errorText, throwIfAborted } from "../base/index.ts";
import type { FailureReport } from "./errors.ts";
import type { LayerJob } from "./layer-job.ts";

/** How a job process is started. */
export interface JobProcess {
  /** The words that start a process which calls `runLayerJob` with the word that follows. */
  readonly command: readonly string[];
  readonly stdin?: number;
  /** What the job reads from its standard input, instead of a descriptor. */
  readonly input?: Uint8Array;
  readonly stdout?: number;
  readonly signal?: AbortSignal | undefined;
}

type Outcome<T> = { readonly done: T } | { readonly failed: FailureReport };

/** Runs a layer job in a child process and returns its report; throws the error that it reports. */
export async function startLayerJob<T>(job: LayerJob, options: JobProcess): Promise<T> {
  throwIfAborted(options.signal === undefined ? undefined : { signal: options.signal });
  const child = spawn(job, options);
  const stop = (): void => child.kill("SIGKILL");
  options.signal?.addEventListener("abort", stop, { once: true });
  try {
    const [text] = await Promise.all([child.stderr.text(), child.exited]);
    if (options.signal?.aborted) throw new EngineError("cancelled", "operation cancelled");
    const outcome = parseOutcome<T>(text);
    if (outcome === undefined) {
      const how = child.signalCode === null ? `exit code ${child.exitCode}` : child.signalCode;
      throw new EngineError(
        "internal",
        `the ${job.job} process ended with ${how}: ${text.trim().slice(-500)}`,
      );
    }
    if ("done" in outcome) return outcome.done;
    const { kind, message, hint } = outcome.failed;
    throw new EngineError(kind, message, hint === undefined ? {} : { hint });
  } finally {
    options.signal?.removeEventListener("abort", stop);
  }
}

function spawn(job: LayerJob, { command, stdin, input, stdout }: JobProcess) {
  try {
    return Bun.spawn([...command, JSON.stringify(job)], {
      stdin: input ?? stdin ?? "ignore",
      stdout: stdout ?? "ignore",
      stderr: "pipe",
    });
  } catch (cause) {
    throw new EngineError("internal", `cannot start the ${job.job} process: ${errorText(cause)}`, { cause });
  }
}

function parseOutcome<T>(text: string): Outcome<T> | undefined {
  const last = text.trimEnd().split("\n").at(-1) ?? "";
  try {
    return JSON.parse(last) as Outcome<T>;
  } catch {
    return undefined;
  }
}
