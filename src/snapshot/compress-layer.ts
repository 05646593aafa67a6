import { closeSync, read } from "node:fs";
import { type CallOptions, EngineError } from "../base/index.ts";
import { cpuCount, openPipe } from "../host/index.ts";
import type { Store } from "../store/index.ts";
import type { BlockCompression } from "./block-compressor.ts";
import { layerChanged } from "./errors.ts";
import { startLayerJob } from "./job-process.ts";
import type { StoredLayer } from "./layer-table.ts";
import type { PackReport } from "./pack-job.ts";
import { packForm } from "./write-tar.ts";

/** More would spend their time on making the same tar. */
const MOST_PROCESSES = 4;
/** Tars below this are done sooner than another process starts. */
const SMALL = 4 << 20;
/** Blocks that are read ahead from each process. */
const AHEAD = 4;
const LARGEST_BLOCK = 4 << 20;

export interface CompressOptions {
  readonly compression: BlockCompression;
  readonly command: readonly string[];
  readonly call: CallOptions | undefined;
}

/** The layer's tar, compressed by several processes. Throws `dataLoss` at its end when it is not what its diffID says. */
export async function* compressLayer(
  store: Store,
  layer: StoredLayer,
  options: CompressOptions,
): AsyncGenerator<Uint8Array> {
  const { compression, command, call } = options;
  const of = layer.tarSize < SMALL ? 1 : Math.min(cpuCount(), MOST_PROCESSES);
  const abort = new AbortController();
  const stop = (): void => abort.abort();
  call?.signal?.addEventListener("abort", stop, { once: true });
  if (call?.signal?.aborted) stop();
  const { folder, form } = packForm(store, layer.id);
  const processes = Array.from({ length: of }, (_, share) => {
    const [output, input] = openPipe();
    const job = { job: "pack", form, folder, blocks: { compression, share, of } } as const;
    const report = startLayerJob<PackReport>(job, { command, stdout: input, signal: abort.signal });
    closeSync(input);
    report.catch(() => undefined);
    return { report, blocks: readAhead(readBlocks(output), AHEAD) };
  });
  try {
    for (let number = 0; ; number++) {
      const block = await processes[number % of]?.blocks.next();
      if (block === undefined || block.done) break;
      yield block.value;
    }
    const [first] = await Promise.all(processes.map(({ report }) => report));
    if (first?.diffId !== layer.diffId) throw layerChanged(layer.chainId, "its files do not give its tar");
  } finally {
    stop();
    call?.signal?.removeEventListener("abort", stop);
    await Promise.allSettled(processes.flatMap(({ report, blocks }) => [report, blocks.return(undefined)]));
  }
}

/** The blocks that one process writes; the pipe is closed at their end. */
async function* readBlocks(fd: number): AsyncGenerator<Uint8Array> {
  try {
    for (;;) {
      const head = Buffer.alloc(4);
      if ((await readFully(fd, head)) < head.length) return;
      const length = head.readUInt32LE();
      if (length > LARGEST_BLOCK) throw new EngineError("internal", "a compressed block is too long");
      const block = Buffer.allocUnsafeSlow(length);
      if ((await readFully(fd, block)) < length) return;
      yield block;
    }
  } finally {
    closeSync(fd);
  }
}

async function readFully(fd: number, buffer: Buffer): Promise<number> {
  let at = 0;
  while (at < buffer.length) {
    const count = await new Promise<number>((resolve, reject) =>
      read(fd, buffer, at, buffer.length - at, null, (error, bytes) =>
        error === null ? resolve(bytes) : reject(error),
      ),
    );
    if (count === 0) break;
    at += count;
  }
  return at;
}

/** Asks for up to `count` values before they are wanted. */
async function* readAhead<T>(source: AsyncGenerator<T>, count: number): AsyncGenerator<T> {
  const asked: Promise<IteratorResult<T>>[] = [];
  try {
    for (;;) {
      while (asked.length < count) {
        const next = source.next();
        next.catch(() => undefined);
        asked.push(next);
      }
      const result = await asked.shift();
      if (result === undefined || result.done) return;
      yield result.value;
    }
  } finally {
    await Promise.allSettled(asked);
    await source.return(undefined);
  }
}
