import type { Engine } from "../../engine/index.ts";
import type { Io } from "./io.ts";

/** An {@link Io} without a process, for commands that run inside a test. */
export interface MemoryIo extends Io {
  readonly stdoutText: () => string;
  readonly stderrText: () => string;
}

/** What the commands under test meet. */
export interface MemoryIoOptions {
  readonly env?: Readonly<Record<string, string>>;
  readonly cwd?: string;
  /** What stdin has. */
  readonly input?: string;
  readonly engine?: Engine;
  /** Whether all streams are a terminal. */
  readonly terminal?: boolean;
}

/** Makes an {@link Io} that keeps what is written. */
export function createMemoryIo(options: MemoryIoOptions = {}): MemoryIo {
  const { env = {}, cwd = "/", input = "", engine, terminal = false } = options;
  const written = { stdout: "", stderr: "" };
  const decoder = new TextDecoder();
  const lines = input === "" ? [] : input.split("\n");
  return {
    env,
    cwd,
    stdin: 0,
    stdout: 1,
    settings: { debug: false, configFolder: "/nonexistent" },
    isTerminal: () => terminal,
    terminalSize: () => (terminal ? { columns: 80, rows: 24 } : undefined),
    out: (text) => {
      written.stdout += text;
    },
    err: (text) => {
      written.stderr += typeof text === "string" ? text : decoder.decode(text);
    },
    write: async (stream, data) => {
      written[stream] += decoder.decode(data);
    },
    async *readStdin() {
      if (input !== "") yield new TextEncoder().encode(input);
    },
    readLine: async () => lines.shift(),
    interruptSignal: () => new AbortController().signal,
    engine: async () => {
      if (engine === undefined) throw new Error("this test has no engine");
      return engine;
    },
    stdoutText: () => written.stdout,
    stderrText: () => written.stderr,
  };
}
