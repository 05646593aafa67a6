import type { Attached, Streams } from "../../engine/index.ts";
import type { Io } from "../io/io.ts";
import { createDetachFilter, DEFAULT_DETACH_KEYS, parseDetachKeys } from "./detach-keys.ts";
import { enterRawMode } from "./raw-mode.ts";
import { catchSignals, signalNumber } from "./signals.ts";

/** What a terminal is tied to: a container or an exec. */
export interface SessionTarget {
  attach(streams: Streams): Promise<Attached | undefined>;
  resize(height: number, width: number): Promise<void>;
  /** Passes a signal on; undefined where signals stay with this process. */
  readonly kill?: (signal: string) => Promise<void>;
}

/** Which streams are tied, and how. */
export interface SessionOptions {
  readonly io: Io;
  readonly tty: boolean;
  readonly stdin: boolean;
  readonly stdout: boolean;
  readonly stderr: boolean;
  /** Empty for Docker's default. */
  readonly detachKeys: string;
}

/** A live tie between this process's stdio and a target. */
export interface Session {
  /** Resolves when the output has ended, or when the user pressed the detach keys. */
  readonly done: Promise<"ended" | "detached">;
  /** Tells the target the terminal's size from now on; call it once the process is there. `redraw` makes it paint again. */
  followSize(options?: { readonly redraw?: boolean }): void;
  /** Gives the terminal and the signals back; the process goes on. */
  close(): void;
}

/** Ties stdio to the target: raw mode, detach keys, signals, sizes. The caller must close it whatever happens. */
export async function openSession(target: SessionTarget, options: SessionOptions): Promise<Session> {
  const { io, tty } = options;
  const keys = parseDetachKeys(options.detachKeys || DEFAULT_DETACH_KEYS);
  const endings: (() => void)[] = [];
  const close = () => {
    for (const end of endings.splice(0).reverse()) end();
  };
  try {
    if (tty && options.stdin && io.isTerminal("stdin")) endings.push(enterRawMode());
    endings.push(handleSignals(target, tty, close));
    const attached = await target.attach({ stdin: options.stdin, onOutput: outputTo(options) });
    if (attached === undefined) return { done: Promise.resolve("ended"), followSize: () => {}, close };
    endings.push(() => attached.close());
    const { promise: detached, resolve: detach } = Promise.withResolvers<"detached">();
    if (options.stdin) {
      const filter = tty ? createDetachFilter(keys) : undefined;
      void pumpInput(io, attached, filter).then((pressed) => pressed && detach("detached"));
    }
    const done = Promise.race([attached.done.then(() => "ended" as const), detached]);
    // Whoever fails to start the process says so; nobody waits for its output then.
    done.catch(() => undefined);
    return {
      done,
      followSize: (size) => {
        if (tty) endings.push(followSize(target, io, size?.redraw ?? false));
      },
      close,
    };
  } catch (error) {
    close();
    throw error;
  }
}

function outputTo({ io, stdout, stderr }: SessionOptions): Streams["onOutput"] {
  return (stream, data) => {
    const wanted = stream === "stdout" ? stdout : stderr;
    return wanted ? io.write(stream, data) : undefined;
  };
}

function handleSignals(target: SessionTarget, tty: boolean, close: () => void): () => void {
  const { kill } = target;
  if (kill !== undefined) {
    // The container may be gone already, or not there yet: Docker ignores that too.
    return catchSignals((name) => void kill(name).catch(() => undefined), tty ? ["SIGWINCH"] : []);
  }
  const fatal = ["SIGINT", "SIGTERM", "SIGHUP", "SIGQUIT"] as const;
  const handlers = fatal.map((name) => {
    const handler = () => {
      close();
      process.exit(128 + signalNumber(name));
    };
    process.on(name, handler);
    return () => process.off(name, handler);
  });
  return () => {
    for (const remove of handlers) remove();
  };
}

type Filter = ReturnType<typeof createDetachFilter>;

/** Passes stdin on until it ends; true when the detach keys came. */
async function pumpInput(io: Io, attached: Attached, filter: Filter | undefined): Promise<boolean> {
  try {
    for await (const chunk of io.readStdin()) {
      const { data, detached } = filter?.(chunk) ?? { data: chunk, detached: false };
      if (data.length > 0) await attached.write(data);
      if (detached) return true;
    }
    attached.closeStdin();
  } catch {
    // The process has closed its stdin or is gone; its output says when it is over.
  }
  return false;
}

// The monitor reads its orders in one go and keeps only the first of several.
const BETWEEN_SIZES = 40;

/** Tells every size, but not faster than the monitor takes them; the last one always arrives. */
function followSize(target: SessionTarget, io: Io, redraw: boolean): () => void {
  let timer: ReturnType<typeof setTimeout> | undefined;
  let changed = false;
  const tell = (grow = 0) => {
    changed = false;
    timer = setTimeout(() => {
      timer = undefined;
      if (changed) tell();
    }, BETWEEN_SIZES);
    const size = io.terminalSize();
    // A process that ends just now has no size any more.
    if (size !== undefined) target.resize(size.rows + grow, size.columns + grow).catch(() => undefined);
  };
  const onResize = () => {
    changed = true;
    if (timer === undefined) tell();
  };
  process.on("SIGWINCH", onResize);
  tell(redraw ? 1 : 0);
  if (redraw) onResize();
  return () => {
    clearTimeout(timer);
    process.off("SIGWINCH", onResize);
  };
}
