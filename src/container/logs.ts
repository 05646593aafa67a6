import { type CallOptions, EngineError } from "../base/index.ts";
import type { ContainerContext } from "./context.ts";
import { exitRequest } from "./finish.ts";
import { readLogOptions } from "./log-options.ts";
import type { LogLine } from "./logs/log-line.ts";
import { type LogQuery, readLogs } from "./logs/read-logs.ts";
import { containerPaths } from "./paths.ts";
import type { ContainerRecord } from "./record.ts";
import { processOf } from "./state.ts";
import { findContainer } from "./table.ts";

/** What `logs` gives. */
export interface LogRequest extends LogQuery, CallOptions {
  /** Go on with new output until the container ends. */
  readonly follow?: boolean;
}

/** The kept output of a container. Throws `notImplemented` with Docker's text when nothing is kept. */
export async function* containerLogs(
  context: ContainerContext,
  name: string,
  request: LogRequest,
): AsyncGenerator<LogLine> {
  const record = findContainer(context.store, name);
  if (!readLogOptions(record.hostConfig.LogConfig).kept) {
    throw new EngineError("notImplemented", "configured logging driver does not support reading");
  }
  const { log } = containerPaths(context.store, record.id);
  if (!request.follow) return yield* readLogs(log, request);
  const left = new AbortController();
  const ended = outputEnds(context, record, left.signal);
  const signals = request.signal === undefined ? [ended] : [ended, request.signal];
  try {
    yield* readLogs(log, request, { ended: AbortSignal.any(signals) });
  } finally {
    left.abort();
  }
}

/** Aborts when the container's output is complete: conmon has written the exit file, or was gone before. */
function outputEnds(context: ContainerContext, record: ContainerRecord, left: AbortSignal): AbortSignal {
  const process = processOf(record.state);
  if (process === undefined) return AbortSignal.abort();
  const ended = new AbortController();
  context
    .runtime(record.hostConfig.Runtime)
    .waitExit(exitRequest(context, record.id, process), { signal: left })
    .catch(() => {})
    .finally(() => ended.abort());
  return ended.signal;
}
