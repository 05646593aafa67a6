import { fstatSync, write as writeDescriptor, writeSync } from "node:fs";
import { errnoOf } from "../../base/index.ts";
import type { Engine } from "../../engine/index.ts";
import { CliError } from "../cli-error.ts";
import { signalNumber } from "../terminal/signals.ts";
import type { Io } from "./io.ts";

/** A finished pipe has no reader any more: the status of a program that SIGPIPE ended. */
const BROKEN_PIPE = 128 + 13;

const DESCRIPTORS = { stdin: 0, stdout: 1, stderr: 2 } as const;

/** The {@link Io} of this process. */
export interface ProcessIo extends Io {
  /** 128 and the number of the signal that interrupted this process; undefined when none did. */
  interrupted(): number | undefined;
  close(): Promise<void>;
}

/** The {@link Io} on this process's own descriptors. */
export function openProcessIo(): ProcessIo {
  const interruption = createInterruption();
  let opened: Promise<Engine> | undefined;
  let order: Promise<void> = Promise.resolve();
  return {
    env: process.env,
    cwd: process.cwd(),
    stdin: 0,
    stdout: 1,
    settings: { debug: false, configFolder: "" },
    isTerminal: (stream) => isatty(DESCRIPTORS[stream]),
    terminalSize: sizeOfTerminal,
    out: (text) => writeAll(1, Buffer.from(text)),
    err: (text) => writeAll(2, typeof text === "string" ? Buffer.from(text) : text),
    write: (stream, data) => {
      order = order.then(() => writeStream(DESCRIPTORS[stream], data));
      return order;
    },
    readStdin: () => Bun.stdin.stream(),
    readLine,
    interruptSignal: interruption.signal,
    interrupted: interruption.status,
    engine: () => {
      if (process.getuid?.() !== 0) throw new CliError("strake must run as root: try it with sudo");
      opened ??= import("../../engine/index.ts").then(({ openEngine }) => openEngine({}));
      return opened;
    },
    close: async () => {
      await order;
      const engine = await opened?.catch(() => undefined);
      await engine?.close();
    },
  };
}

function createInterruption(): { signal(): AbortSignal; status(): number | undefined } {
  const controller = new AbortController();
  let caught: number | undefined;
  let listening = false;
  const listen = () => {
    listening = true;
    for (const name of ["SIGINT", "SIGTERM", "SIGHUP"] as const) {
      process.on(name, () => {
        const status = 128 + signalNumber(name);
        // The second time the user does not want to wait for an orderly end.
        if (caught !== undefined) process.exit(status);
        caught = status;
        controller.abort();
      });
    }
  };
  return {
    signal: () => {
      if (!listening) listen();
      return controller.signal;
    },
    status: () => caught,
  };
}

// `node:tty` takes milliseconds to load: only where a character device other than those of memory may be a terminal.
function isatty(fd: number): boolean {
  const MEMORY_DEVICES = 1;
  try {
    const stat = fstatSync(fd);
    return stat.isCharacterDevice() && stat.rdev >> 8 !== MEMORY_DEVICES && tty().isatty(fd);
  } catch {
    // A closed descriptor.
    return false;
  }
}

function tty(): typeof import("node:tty") {
  return import.meta.require("node:tty");
}

function sizeOfTerminal(): { columns: number; rows: number } | undefined {
  const fd = [0, 1, 2].find((candidate) => isatty(candidate));
  if (fd === undefined) return undefined;
  const [columns = 0, rows = 0] = new (tty().WriteStream)(fd).getWindowSize();
  return columns > 0 ? { columns, rows } : undefined;
}

function writeAll(fd: number, data: Uint8Array): void {
  for (let at = 0; at < data.length; ) {
    try {
      at += writeSync(fd, data, at);
    } catch (error) {
      leaveAtBrokenPipe(error);
      // Someone else made the descriptor non-blocking; its reader needs a moment.
      Bun.sleepSync(1);
    }
  }
}

// In a worker thread, so that a paused terminal does not stop signals from being seen.
async function writeStream(fd: number, data: Uint8Array): Promise<void> {
  for (let at = 0; at < data.length; ) {
    try {
      at += await new Promise<number>((resolve, reject) =>
        writeDescriptor(fd, data, at, data.length - at, null, (error, count) =>
          error === null || error === undefined ? resolve(count) : reject(error),
        ),
      );
    } catch (error) {
      leaveAtBrokenPipe(error);
      await Bun.sleep(1);
    }
  }
}

function leaveAtBrokenPipe(error: unknown): void {
  const errno = errnoOf(error);
  if (errno === "EAGAIN") return;
  if (errno === "EPIPE") process.exit(BROKEN_PIPE);
  if (errno === "ENOSPC") leaveAtFullDisk();
  throw error;
}

/** What is written goes to a file on a full disk: nothing more can be said there. */
function leaveAtFullDisk(): never {
  try {
    writeSync(2, "strake: write output: no space left on device\n");
  } catch {
    // The errors go to the same disk.
  }
  process.exit(1);
}

async function readLine(): Promise<string | undefined> {
  let text = "";
  const decoder = new TextDecoder();
  for await (const chunk of Bun.stdin.stream()) {
    text += decoder.decode(chunk, { stream: true });
    const end = text.indexOf("\n");
    if (end >= 0) return text.slice(0, end).replace(/\r$/, "");
  }
  return text === "" ? undefined : text;
}
