import { watch } from "node:fs";

/** Tells of changes to files. */
export interface Bell {
  /** Resolves at the first change after this call, or when the signal aborts. */
  next(): Promise<void>;
  close(): void;
}

/** What to listen to. */
export interface BellOptions {
  readonly folder: string;
  /** Files whose changes count, by the start of their name. */
  readonly prefix: string;
  readonly signal?: AbortSignal;
}

// Bun drops events that follow one of the same file within a millisecond, and what SQLite has written counts only
// once its index in shared memory says so, of which no event tells: so every change rings again a little later.
const ECHOES_MS = [5, 100];

/** Rings whenever a file of the folder changes. */
export function ringOnChange({ folder, prefix, signal }: BellOptions): Bell {
  let pending = Promise.withResolvers<void>();
  let echoes: ReturnType<typeof setTimeout>[] = [];
  const ring = (): void => {
    pending.resolve();
    pending = Promise.withResolvers<void>();
  };
  const silence = (): void => {
    for (const echo of echoes) clearTimeout(echo);
  };
  const watcher = watch(folder, (_, file) => {
    if (file !== null && !String(file).startsWith(prefix)) return;
    ring();
    silence();
    echoes = ECHOES_MS.map((ms) => setTimeout(ring, ms));
  });
  signal?.addEventListener("abort", ring);
  return {
    next: () => pending.promise,
    close: () => {
      signal?.removeEventListener("abort", ring);
      watcher.close();
      silence();
    },
  };
}
