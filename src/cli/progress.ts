import type { CallOptions, ProgressEvent } from "../base/index.ts";
import type { Io } from "./io/io.ts";

/** Progress as one line of a terminal; nothing is shown elsewhere. */
export interface ProgressLine {
  readonly options: Pick<CallOptions, "onProgress">;
  /** Clears the line. */
  end(): void;
}

/** Milliseconds between two pictures of the line. */
const PERIOD = 80;

/** Shows progress on stderr when that is a terminal, and not when the user wants it quiet. */
export function showProgress(io: Io, quiet: boolean): ProgressLine {
  if (quiet || !io.isTerminal("stderr")) return { options: {}, end: () => {} };
  let last = 0;
  const onProgress = (event: ProgressEvent) => {
    const now = performance.now();
    if (now - last < PERIOD) return;
    last = now;
    const width = (io.terminalSize()?.columns ?? 80) - 1;
    io.err(`\r\x1b[K${formatEvent(event).slice(0, width)}`);
  };
  return { options: { onProgress }, end: () => (last === 0 ? undefined : io.err("\r\x1b[K")) };
}

function formatEvent(event: ProgressEvent): string {
  if (event.kind === "status") return event.id === undefined ? event.text : `${event.id}: ${event.text}`;
  const megabytes = (bytes: number) => `${(bytes / 1e6).toFixed(1)}MB`;
  const total = event.total === undefined ? "" : `/${megabytes(event.total)}`;
  return `${event.id}: ${event.text} ${megabytes(event.current)}${total}`;
}
