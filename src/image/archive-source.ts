import { closeSync, createReadStream, fstatSync, openSync, read, readFileSync, readSync } from "node:fs";
import { Readable } from "node:stream";
import { createGunzip, createZstdDecompress } from "node:zlib";
import { type Compression, detectCompression, MAGIC_LENGTH } from "../archive/index.ts";
import { EngineError, errnoOf, errorText } from "../base/index.ts";
import { invalidArchive } from "./errors.ts";

/** Bytes to read: a file's path, or an open descriptor such as stdin, which stays open. */
export type ArchiveSource = { readonly path: string } | { readonly fd: number };

/** Where images are loaded from: an archive, or a folder with an OCI image layout. */
export type ImageSource = ArchiveSource | { readonly folder: string };

/** A plain archive in a file is read at will; anything else only once, in order. */
export type OpenSource =
  | {
      readonly kind: "file";
      /** Opens the same file in any process as long as this source is open. */
      readonly path: string;
      readonly fd: number;
      readonly start: number;
      readonly end: number;
      close(): void;
    }
  | { readonly kind: "stream"; readonly chunks: AsyncIterable<Uint8Array>; close(): void };

const CHUNK = 1 << 20;

/** Opens an archive; compression (gzip, zstd, xz, bzip2) is found by its magic number and taken off. */
export async function openArchiveSource(source: ArchiveSource): Promise<OpenSource> {
  const { fd, close } = openSourceFd(source);
  try {
    const stat = fstatSync(fd);
    if (stat.isFile()) return fromFile(fd, stat.size, close);
    const head = await readHead(fd);
    const chunks = joined(head, fdChunks(fd));
    return { kind: "stream", chunks: decompressed(detectCompression(head), chunks), close };
  } catch (error) {
    close();
    throw error;
  }
}

/** The descriptor of a source; closing it leaves one that was given open. Throws `notFound` as Docker words it. */
export function openSourceFd(source: ArchiveSource): { readonly fd: number; close(): void } {
  if ("fd" in source) return { fd: source.fd, close: () => {} };
  const { path } = source;
  try {
    const fd = openSync(path, "r");
    return { fd, close: () => closeSync(fd) };
  } catch (error) {
    const kind = errnoOf(error) === "ENOENT" ? "notFound" : "invalidArgument";
    const reason = kind === "notFound" ? "no such file or directory" : errorText(error);
    throw new EngineError(kind, `open ${path}: ${reason}`, { cause: error });
  }
}

function fromFile(fd: number, size: number, close: () => void): OpenSource {
  const start = positionOf(fd);
  const head = Buffer.alloc(MAGIC_LENGTH);
  const length = readSync(fd, head, 0, head.length, start);
  const compression = detectCompression(head.subarray(0, length));
  const path = `/proc/${process.pid}/fd/${fd}`;
  if (compression === "none") return { kind: "file", path, fd, start, end: size, close };
  const chunks = createReadStream(path, { start, highWaterMark: CHUNK });
  return { kind: "stream", chunks: decompressed(compression, chunks), close };
}

function positionOf(fd: number): number {
  return Number(/^pos:\s*(\d+)/m.exec(readFileSync(`/proc/self/fdinfo/${fd}`, "utf8"))?.[1] ?? "0");
}

async function readHead(fd: number): Promise<Uint8Array> {
  const head = Buffer.alloc(MAGIC_LENGTH);
  let length = 0;
  while (length < head.length) {
    const count = await readChunk(fd, head, length);
    if (count === 0) break;
    length += count;
  }
  return head.subarray(0, length);
}

async function* joined(head: Uint8Array, rest: AsyncIterable<Uint8Array>): AsyncGenerator<Uint8Array> {
  if (head.length > 0) yield head;
  yield* rest;
}

async function* fdChunks(fd: number): AsyncGenerator<Uint8Array> {
  for (;;) {
    const buffer = Buffer.allocUnsafeSlow(CHUNK);
    const count = await readChunk(fd, buffer, 0);
    if (count === 0) return;
    yield buffer.subarray(0, count);
  }
}

/** In a thread: the event loop goes on, which may have to feed the very pipe that is read. */
function readChunk(fd: number, buffer: Buffer, at: number): Promise<number> {
  return new Promise((resolve, reject) => {
    const attempt = (): void => {
      read(fd, buffer, at, buffer.length - at, null, (error, count) => {
        if (error === null) resolve(count);
        // A pipe that its owner made non-blocking tells no other way when it has bytes.
        else if (errnoOf(error) === "EAGAIN") setTimeout(attempt, 2);
        else reject(error);
      });
    };
    attempt();
  });
}

function decompressed(
  compression: Compression,
  chunks: AsyncIterable<Uint8Array>,
): AsyncIterable<Uint8Array> {
  if (compression === "none") return chunks;
  if (compression === "gzip") return throughZlib(chunks, createGunzip({ chunkSize: CHUNK }));
  if (compression === "zstd") return throughZlib(chunks, createZstdDecompress({ chunkSize: CHUNK }));
  return throughCommand(chunks, compression === "xz" ? "xz" : "bzip2");
}

async function* throughZlib(
  chunks: AsyncIterable<Uint8Array>,
  unpack: NodeJS.ReadWriteStream & AsyncIterable<Uint8Array>,
): AsyncGenerator<Uint8Array> {
  const input = Readable.from(chunks);
  input.on("error", (error) => unpack.emit("error", error));
  input.pipe(unpack);
  try {
    yield* unpack;
  } catch (error) {
    const cut = errnoOf(error) === "Z_BUF_ERROR";
    throw invalidArchive(
      cut ? "unexpected EOF" : `cannot decompress the archive: ${errorText(error)}`,
      error,
    );
  } finally {
    input.destroy();
  }
}

async function* throughCommand(
  chunks: AsyncIterable<Uint8Array>,
  command: string,
): AsyncGenerator<Uint8Array> {
  const program = Bun.which(command);
  if (program === null) {
    throw new EngineError("unavailable", `unable to find "${command}" to decompress the archive`, {
      hint: `install the package that has ${command}`,
    });
  }
  const child = Bun.spawn([program, "-dc"], { stdin: "pipe", stdout: "pipe", stderr: "pipe" });
  const fed = feed(chunks, child.stdin);
  try {
    yield* child.stdout;
    const [failure, exitCode] = await Promise.all([fed, child.exited]);
    if (failure !== undefined) throw failure;
    if (exitCode !== 0) {
      throw invalidArchive(
        `cannot decompress the archive: ${(await new Response(child.stderr).text()).trim()}`,
      );
    }
  } finally {
    child.kill();
  }
}

/** Returns what went wrong with reading; a command that ended early tells of it by its exit code. */
async function feed(chunks: AsyncIterable<Uint8Array>, sink: Bun.FileSink): Promise<unknown> {
  try {
    for await (const chunk of chunks) {
      sink.write(chunk);
      await sink.flush();
    }
  } catch (error) {
    return errnoOf(error) === "EPIPE" ? undefined : error;
  } finally {
    await Promise.resolve(sink.end()).catch(() => {});
  }
  return undefined;
}
