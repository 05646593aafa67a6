import { closeSync, fstatSync, openSync } from "node:fs";
import { type Compression, detectCompression, MAGIC_LENGTH } from "../archive/index.ts";
import { EngineError, errorText } from "../base/index.ts";
import { lseek, openPipe, preadFd, SEEK_CUR, SEEK_SET } from "../host/index.ts";
import type { Digest } from "../oci/index.ts";
import type { pumpSource } from "./source-pump.ts";
import type { LayerSource } from "./types.ts";

/** A layer's plain tar, ready to be read by another process. */
export interface SourceFeed {
  /** Its next `length` bytes (all, if undefined) are the tar. Give it to one process, then call `release`. */
  readonly fd: number;
  readonly length: number | undefined;
  /** Closes this process's side of `fd`. Idempotent. */
  release(): void;
  /**
   * Waits until the source is spent. Gives the digest of its bytes as they came, or undefined for a plain
   * file, where it is that of the tar. Throws `invalidArgument` when the compressed bytes are damaged.
   */
  finish(): Promise<Digest | undefined>;
  /** Ends everything early. Idempotent. */
  stop(): void;
}

/** What unpacks the rest; gzip is unpacked in this process. */
const PROGRAMS: Readonly<Record<Exclude<Compression, "none" | "gzip">, readonly string[]>> = {
  zstd: ["zstd", "-dc", "-q", "--long=31"],
  xz: ["xz", "-dc", "-q"],
  bzip2: ["bzip2", "-dc", "-q"],
};

/** Opens a layer source: a plain file is read in place, anything else flows through this process. */
export async function openSourceFeed(
  source: LayerSource,
  signal: AbortSignal | undefined,
): Promise<SourceFeed> {
  if (source.kind === "stream") return await openStream(source.stream, signal);
  if (source.kind === "file") {
    return await openFile(source.path, { offset: source.offset ?? 0, length: source.length, signal });
  }
  if (!fstatSync(source.fd).isFile()) return await openStream(Bun.file(source.fd).stream(), signal);
  const offset = lseek(source.fd, 0, SEEK_CUR);
  return await openFile(`/proc/self/fd/${source.fd}`, { offset, length: undefined, signal });
}

async function openFile(
  path: string,
  range: {
    readonly offset: number;
    readonly length: number | undefined;
    readonly signal: AbortSignal | undefined;
  },
): Promise<SourceFeed> {
  const { offset, length, signal } = range;
  const release = closeOnce(openSync(path, "r"));
  try {
    const head = new Uint8Array(Math.min(MAGIC_LENGTH, length ?? MAGIC_LENGTH));
    preadFd(release.fd, head, offset);
    if (detectCompression(head) === "none") {
      lseek(release.fd, offset, SEEK_SET);
      const finish = () => Promise.resolve(undefined);
      return { fd: release.fd, length, release: release.close, finish, stop: release.close };
    }
  } catch (error) {
    release.close();
    throw error;
  }
  release.close();
  const end = length === undefined ? undefined : offset + length;
  return await openStream(Bun.file(path).slice(offset, end).stream(), signal);
}

async function openStream(
  stream: ReadableStream<Uint8Array>,
  signal: AbortSignal | undefined,
): Promise<SourceFeed> {
  const reader = stream.getReader();
  const cancel = (): void => {
    void reader.cancel().catch(() => undefined);
  };
  signal?.addEventListener("abort", cancel, { once: true });
  const head: Uint8Array[] = [];
  for (let length = 0; length < MAGIC_LENGTH; ) {
    const { value, done } = await reader.read();
    if (done) break;
    head.push(value);
    length += value.length;
  }
  async function* chunks(): AsyncGenerator<Uint8Array> {
    yield* head;
    for (;;) {
      const { value, done } = await reader.read();
      if (done) return;
      yield value;
    }
  }
  const compression = detectCompression(Buffer.concat(head));
  const external = compression === "none" || compression === "gzip" ? undefined : startProgram(compression);
  const [output, input] = external === undefined ? openPipe() : [external.output, external.input];
  const release = closeOnce(output);
  const pumped = pump(chunks(), input, { gunzip: compression === "gzip" }).finally(() =>
    signal?.removeEventListener("abort", cancel),
  );
  // Whoever waits for the tar comes to ask for this only later.
  pumped.catch(() => undefined);
  return {
    fd: output,
    length: undefined,
    release: release.close,
    finish: async () => {
      const digest = await pumped;
      await external?.finish();
      return digest;
    },
    stop: () => {
      release.close();
      external?.kill();
      cancel();
    },
  };
}

function startProgram(compression: keyof typeof PROGRAMS) {
  const [stdin, input] = openPipe();
  const [output, stdout] = openPipe();
  try {
    const argv = PROGRAMS[compression];
    const child = Bun.spawn([...argv], { stdin, stdout, stderr: "pipe" });
    const complaint = child.stderr.text();
    return {
      input,
      output,
      kill: () => child.kill("SIGKILL"),
      finish: async () => {
        const [text, code] = [await complaint, await child.exited];
        if (code === 0) return;
        const reason = text.trim().split("\n").at(-1) || `${argv[0]} ended with ${code}`;
        throw new EngineError("invalidArgument", `invalid compressed layer: ${reason}`);
      },
    };
  } catch (cause) {
    closeSync(output);
    closeSync(input);
    throw new EngineError("unavailable", `cannot start ${compression}: ${errorText(cause)}`, {
      hint: `install ${compression}; it unpacks layers of this kind`,
      cause,
    });
  } finally {
    closeSync(stdin);
    closeSync(stdout);
  }
}

/** A descriptor that is closed at most once, however often it is asked for: its number may belong to another file by then. */
function closeOnce(fd: number): { readonly fd: number; readonly close: () => void } {
  let open = true;
  return {
    fd,
    close() {
      if (open) closeSync(fd);
      open = false;
    },
  };
}

// The stream modules behind it take milliseconds to load, which only compressed and piped layers need.
async function pump(...words: Parameters<typeof pumpSource>): ReturnType<typeof pumpSource> {
  return await (await import("./source-pump.ts")).pumpSource(...words);
}
