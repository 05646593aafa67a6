import { PATIENCE_MS } from "./last-of.ts";

/** A program in a pseudo-terminal. */
export interface TerminalSession extends AsyncDisposable {
  /** Types keys: `\r` is Enter, `\x03` Ctrl-C, `\x10\x11` Docker's detach keys. */
  send(keys: string | Uint8Array): void;
  resize(columns: number, rows: number): void;
  /** Everything written so far, as the terminal got it (`\r\n` and escapes included). */
  output(): string;
  /** Resolves with the output once it holds `text`; rejects after `timeout` milliseconds or at the end of the program. */
  waitFor(text: string | RegExp, timeout?: number): Promise<string>;
  readonly exited: Promise<number>;
}

export interface TerminalOptions {
  readonly env?: Readonly<Record<string, string>>;
  readonly cwd?: string;
  readonly columns?: number;
  readonly rows?: number;
}

interface Waiter {
  readonly matches: (output: string) => boolean;
  readonly resolve: (output: string) => void;
  readonly reject: (error: Error) => void;
}

/** Starts a program in a pseudo-terminal of its own; disposing of it kills the program. */
export function inTerminal(command: readonly string[], options: TerminalOptions = {}): TerminalSession {
  const decoder = new TextDecoder();
  const waiters = new Set<Waiter>();
  let text = "";
  const child = Bun.spawn([...command], {
    env: { ...process.env, TERM: "xterm", ...options.env },
    ...(options.cwd === undefined ? {} : { cwd: options.cwd }),
    terminal: {
      cols: options.columns ?? 80,
      rows: options.rows ?? 24,
      data(_terminal: Bun.Terminal, data: Uint8Array) {
        text += decoder.decode(data, { stream: true });
        for (const waiter of [...waiters].filter(({ matches }) => matches(text))) waiter.resolve(text);
      },
    },
  });
  const exited = child.exited.then((code) => {
    const over = new Error(
      `program ended with ${code} before the text came; output: ${JSON.stringify(text)}`,
    );
    for (const waiter of waiters) waiter.reject(over);
    return code;
  });
  return {
    send: (keys) => void child.terminal?.write(keys),
    resize: (columns, rows) => child.terminal?.resize(columns, rows),
    output: () => text,
    waitFor: (wanted, timeout = PATIENCE_MS) => waitFor({ wanted, timeout, waiters, output: () => text }),
    exited,
    async [Symbol.asyncDispose]() {
      child.kill("SIGKILL");
      await exited;
      child.terminal?.close();
    },
  };
}

interface Wait {
  readonly wanted: string | RegExp;
  readonly timeout: number;
  readonly waiters: Set<Waiter>;
  readonly output: () => string;
}

function waitFor({ wanted, timeout, waiters, output }: Wait): Promise<string> {
  const matches = (text: string) => (typeof wanted === "string" ? text.includes(wanted) : wanted.test(text));
  if (matches(output())) return Promise.resolve(output());
  const { promise, resolve, reject } = Promise.withResolvers<string>();
  const waiter = { matches, resolve, reject };
  waiters.add(waiter);
  const timer = setTimeout(
    () => reject(new Error(`no ${wanted} within ${timeout} ms; output: ${JSON.stringify(output())}`)),
    timeout,
  );
  return promise.finally(() => {
    clearTimeout(timer);
    waiters.delete(waiter);
  });
}
