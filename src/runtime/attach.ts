import { join } from "node:path";
import { EngineError } from "../base/index.ts";
import { connectSeqpacket, isErrno, shutdownWrite } from "../host/index.ts";
import { MonitorFile } from "./conmon-arguments.ts";
import type { Attachment, AttachSinks } from "./types.ts";

// conmon reads at most 32 KiB of a packet and drops the rest.
const MOST_IN_A_PACKET = 16 * 1024;
const STDERR = 3;

type Socket = Bun.Socket<undefined>;

/** Connects to the stdio of the process whose conmon has its socket in `runFolder`. */
export async function attachProcess(runFolder: string, sinks: AttachSinks): Promise<Attachment> {
  const fd = connect(runFolder);
  const done = Promise.withResolvers<void>();
  const output = createOutputQueue(sinks, () => socket.terminate());
  let open = true;
  let wakeWriter = (): void => {};
  const closed = (): void => {
    if (!open) return;
    open = false;
    wakeWriter();
    output.drained().then(done.resolve, done.resolve);
  };
  const handlers = {
    data: (from: Socket, packet: Uint8Array) => output.put(from, packet),
    drain: () => wakeWriter(),
    close: closed,
    error: closed,
  };
  // Each packet arrives as one `data` event: Bun reads the socket with recv(), one packet a call. The types know the
  // option `fd` for addresses only.
  const options = { fd, socket: handlers } as unknown as Bun.UnixSocketOptions<undefined>;
  const socket = await Bun.connect(options);

  async function write(data: Uint8Array): Promise<void> {
    for (let at = 0; at < data.length && open; ) {
      const taken = socket.write(data.subarray(at, at + MOST_IN_A_PACKET));
      if (taken < 0) return;
      at += taken;
      if (taken === 0) await new Promise<void>((resolve) => (wakeWriter = resolve));
    }
  }

  let writes = Promise.resolve();
  const inTurn = (step: () => void | Promise<void>): Promise<void> => {
    const turn = writes.then(step);
    writes = turn.catch(() => {});
    return turn;
  };
  return {
    done: done.promise,
    write: (data) => inTurn(() => write(data)),
    closeStdin: () => void inTurn(() => (open ? shutdown(fd) : undefined)).catch(() => {}),
    close: () => {
      if (open) socket.terminate();
      closed();
      done.resolve();
    },
  };
}

function connect(runFolder: string): number {
  try {
    return connectSeqpacket(join(runFolder, MonitorFile.attach), { nonBlocking: true });
  } catch (error) {
    if (!isErrno(error, "ENOENT", "ECONNREFUSED")) throw error;
    throw new EngineError("conflict", "cannot attach: the process is not running", { cause: error });
  }
}

function shutdown(fd: number): void {
  try {
    shutdownWrite(fd);
  } catch (error) {
    // The other end went first.
    if (!isErrno(error, "ENOTCONN")) throw error;
  }
}

interface OutputQueue {
  put(from: Socket, packet: Uint8Array): void;
  /** Resolves when the sink has taken everything or failed. */
  drained(): Promise<void>;
}

/** Hands packets to the sink one after the other and stops reading while the sink is busy. */
function createOutputQueue(sinks: AttachSinks, stop: () => void): OutputQueue {
  const waiting: Uint8Array[] = [];
  let busy: Promise<void> | undefined;
  let failed = false;

  function give(packet: Uint8Array): void | Promise<void> {
    if (packet.length < 2) return;
    return sinks.onOutput(packet[0] === STDERR ? "stderr" : "stdout", packet.subarray(1));
  }

  async function work(from: Socket, first: Promise<void>): Promise<void> {
    try {
      await first;
      for (let next = waiting.shift(); next !== undefined; next = waiting.shift()) await give(next);
      busy = undefined;
      from.resume();
    } catch {
      fail();
    }
  }

  function fail(): void {
    failed = true;
    waiting.length = 0;
    busy = undefined;
    stop();
  }

  return {
    put(from, packet) {
      if (failed) return;
      if (busy !== undefined) {
        waiting.push(packet);
        return;
      }
      try {
        const taken = give(packet);
        if (taken === undefined) return;
        from.pause();
        busy = work(from, taken);
      } catch {
        fail();
      }
    },
    drained: async () => {
      await busy;
    },
  };
}
