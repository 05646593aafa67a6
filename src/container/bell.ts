import { watchFolder } from "../host/index.ts";

/** Tells of changes to files. */
export interface Bell {
  /** Resolves at the first change after this call, or when the signal aborts. */
  next(): Promise<void>;
  close(): void;
}

/** What to listen to. */
export interface BellOptions {
  readonly folder: string;
  readonly signal?: AbortSignal;
}

// A writer that was killed between its commit and its word of it has told too early: each change rings once more.
const ECHO_MS = 100;

/** Rings whenever a file of the folder changes. */
export function ringOnChange({ folder, signal }: BellOptions): Bell {
  const watch = watchFolder(folder, { writes: true });
  let pending = Promise.withResolvers<void>();
  let echo: ReturnType<typeof setTimeout> | undefined;
  let open = true;
  const ring = (): void => {
    pending.resolve();
    pending = Promise.withResolvers<void>();
  };
  const listen = async (): Promise<void> => {
    for (;;) {
      await watch.changed();
      if (!open) return;
      ring();
      clearTimeout(echo);
      echo = setTimeout(ring, ECHO_MS);
    }
  };
  void listen();
  signal?.addEventListener("abort", ring);
  return {
    next: () => pending.promise,
    close: () => {
      open = false;
      signal?.removeEventListener("abort", ring);
      watch.close();
      clearTimeout(echo);
    },
  };
}
