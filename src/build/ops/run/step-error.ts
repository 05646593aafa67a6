import { EngineError, type ErrorKind, goQuote } from "../../../base/index.ts";
import type { Exit } from "../../../runtime/index.ts";
import type { RunDefinition, VertexId } from "../../graph/definition.ts";
import { vertexId } from "../../graph/vertex.ts";
import type { StepLimits } from "../../request.ts";

/** What is known of a step that failed. */
export interface StepFailure {
  readonly kind?: ErrorKind;
  readonly hint?: string | undefined;
  readonly cause?: unknown;
  /** Undefined when its process never ran. */
  readonly exitCode?: number;
  /** The end of its output. */
  readonly output: string;
}

/** A step that failed: `process "/bin/sh -c false" did not complete successfully: exit code: 1`. */
export class StepError extends EngineError {
  readonly vertex: VertexId;
  readonly exitCode: number | undefined;
  /** The last lines of its output, some kilobytes at most. */
  readonly output: string;

  constructor(definition: RunDefinition, reason: string, failure: StepFailure) {
    const { kind = "invalidArgument", hint, cause, exitCode, output } = failure;
    const command = definition.args.join(" ");
    super(kind, `process ${goQuote(command)} did not complete successfully: ${reason}`, {
      cause,
      ...(hint === undefined ? {} : { hint }),
    });
    this.name = "StepError";
    this.vertex = vertexId(definition);
    this.exitCode = exitCode;
    this.output = output;
  }
}

/** What else is to be known of a step of which the kernel killed a process for want of memory. */
export function memoryHint({ oomKilled }: Exit, { memory }: Pick<StepLimits, "memory">): string | undefined {
  if (!oomKilled) return undefined;
  return memory > 0
    ? `the kernel killed a process of the step at its limit of memory: it is ${Math.round(memory / 2 ** 20)} MiB, and --memory sets it`
    : "the kernel killed a process of the step, because the machine ran out of memory";
}

/** How BuildKit says why a process did not end well. */
export function exitReason({ exitCode, oomKilled }: Exit): string {
  return oomKilled && exitCode === 137 ? "cannot allocate memory" : `exit code: ${exitCode}`;
}
