import { mkdirSync, rmSync, statfsSync, statSync } from "node:fs";
import { type FileHandle, open } from "node:fs/promises";
import { join } from "node:path";
import { type CallOptions, EngineError, errnoOf } from "../../base/index.ts";
import { type Descriptor, digestHex } from "../../oci/index.ts";
import type { Registry, Repository } from "../../registry/index.ts";
import type { Store } from "../../store/index.ts";
import { partialFolder } from "./blob-records.ts";
import { noSpace } from "./errors.ts";

/** A blob on its way into a file of the store's. Only one at a time may be under way for a digest. */
export interface Download {
  readonly path: string;
  /** Bytes that an earlier, interrupted download had left. */
  readonly resumed: number;
  /** All bytes from the first on, those of earlier as they are in the file and the others as they come. For one reader. */
  stream(): ReadableStream<Uint8Array>;
  /** Settles when the file is complete or the download has failed. */
  readonly done: Promise<void>;
  /** Ends the download; what has come stays for the next. Idempotent. */
  stop(): Promise<void>;
  /** Removes the file as well. */
  discard(): Promise<void>;
}

export interface DownloadRequest {
  readonly registry: Registry;
  readonly repository: Repository;
  readonly blob: Descriptor;
  readonly options: CallOptions;
  /** Gets how many bytes of the blob are here. */
  readonly onBytes: (current: number) => void;
}

const CHUNK = 1 << 20;

/** Starts to download a blob, where an earlier download was interrupted if there was one. */
export async function startDownload(store: Store, request: DownloadRequest): Promise<Download> {
  const { blob, onBytes } = request;
  const folder = partialFolder(store);
  mkdirSync(folder, { recursive: true, mode: 0o700 });
  const path = join(folder, digestHex(blob.digest));
  const before = statSync(path, { throwIfNoEntry: false })?.size ?? 0;
  const resumed = before > blob.size ? 0 : before;
  checkSpace(folder, blob.size - resumed);
  const file = await open(path, resumed > 0 ? "r+" : "w+", 0o600);
  const ending = new AbortController();
  const abort = (): void => ending.abort();
  request.options.signal?.addEventListener("abort", abort, { once: true });
  if (request.options.signal?.aborted) abort();
  let written = resumed;
  let failure: unknown;
  let over = false;
  let grown = Promise.withResolvers<void>();
  const tell = (): void => {
    grown.resolve();
    grown = Promise.withResolvers<void>();
  };
  const receive = async (): Promise<void> => {
    const call = { signal: ending.signal, offset: resumed };
    for await (const chunk of request.registry.blob(request.repository, blob, call)) {
      await writeAll(file, chunk, written);
      written += chunk.length;
      onBytes(written);
      tell();
    }
  };
  const done = (written === blob.size ? Promise.resolve() : receive())
    .catch((error: unknown) => {
      failure = errnoOf(error) === "ENOSPC" ? noSpace(blob.size) : error;
      throw failure;
    })
    .finally(() => {
      over = true;
      tell();
    });
  done.catch(() => undefined);

  async function readMore(at: number): Promise<Uint8Array | undefined> {
    while (at >= written && !over) await grown.promise;
    if (at >= written) {
      if (failure !== undefined) throw failure;
      return undefined;
    }
    const buffer = Buffer.allocUnsafe(Math.min(CHUNK, written - at));
    const { bytesRead } = await file.read(buffer, 0, buffer.length, at);
    if (bytesRead === 0) throw new EngineError("internal", `${path} is shorter than what was written`);
    return buffer.subarray(0, bytesRead);
  }

  let closing: Promise<void> | undefined;
  const stop = (): Promise<void> => {
    abort();
    closing ??= done
      .catch(() => undefined)
      .then(() => file.close())
      .finally(() => request.options.signal?.removeEventListener("abort", abort));
    return closing;
  };
  return {
    path,
    resumed,
    done,
    stop,
    stream: () => {
      let at = 0;
      return new ReadableStream<Uint8Array>(
        {
          pull: async (controller) => {
            const chunk = await readMore(at);
            if (chunk === undefined) controller.close();
            else {
              at += chunk.length;
              controller.enqueue(chunk);
            }
          },
        },
        { highWaterMark: 0 },
      );
    },
    discard: async () => {
      await stop();
      rmSync(path, { force: true });
    },
  };
}

async function writeAll(file: FileHandle, bytes: Uint8Array, position: number): Promise<void> {
  for (let at = 0; at < bytes.length; ) {
    const { bytesWritten } = await file.write(bytes, at, bytes.length - at, position + at);
    at += bytesWritten;
  }
}

/** A blob that cannot fit is not begun. */
function checkSpace(folder: string, needed: number): void {
  const { bavail, bsize } = statfsSync(folder);
  if (needed > bavail * bsize) throw noSpace(needed);
}
