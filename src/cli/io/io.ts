import type { Engine } from "../../engine/index.ts";
import type { Environment } from "../values/key-values.ts";

/** All that a command sees of the world: tests give it another one. */
export interface Io {
  readonly env: Environment;
  readonly cwd: string;
  /** Descriptors for the engine's streams: an archive comes in by `stdin` and goes out by `stdout`. */
  readonly stdin: number;
  readonly stdout: number;
  /** True when the descriptor is a terminal. */
  isTerminal(stream: "stdin" | "stdout" | "stderr"): boolean;
  /** Columns and rows of the terminal; undefined when there is none. */
  terminalSize(): { readonly columns: number; readonly rows: number } | undefined;
  /** Writes at once. */
  out(text: string): void;
  err(text: string | Uint8Array): void;
  /** Writes bytes in order; resolves when they are written. */
  write(stream: "stdout" | "stderr", data: Uint8Array): Promise<void>;
  /** The bytes of stdin as they come. */
  readStdin(): AsyncIterable<Uint8Array>;
  /** One line of stdin without its end; undefined at the end of input. */
  readLine(): Promise<string | undefined>;
  /** Aborts when the user interrupts this process. From the first call on, an interrupt lets the command end by itself. */
  interruptSignal(): AbortSignal;
  /** The engine, opened by the first call. */
  engine(): Promise<Engine>;
  /** What the global flags said. */
  settings: { debug: boolean; configFolder: string };
}
