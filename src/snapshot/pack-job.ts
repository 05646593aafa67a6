import { openSync } from "node:fs";
import { type ByteSink, type ByteString, type TarEntry, TarReader } from "../archive/index.ts";
import { EngineError } from "../base/index.ts";
import {
  AT_EMPTY_PATH,
  AT_FDCWD,
  chroot,
  closeFd,
  isErrno,
  lseek,
  O_DIRECTORY,
  O_NOFOLLOW,
  O_RDONLY,
  openAt,
  openIn,
  readFd,
  SEEK_SET,
  setNonBlocking,
  statAt,
  writeAllFd,
} from "../host/index.ts";
import type { DiffId } from "../oci/index.ts";
import { BlockCompressor, type BlockShare } from "./block-compressor.ts";
import { toBytePath } from "./byte-names.ts";
import { cleanEntryPath } from "./entry-path.ts";
import { createStreamDigest } from "./hashing.ts";
import { type Displaced, readLayerFacts } from "./layer-facts.ts";
import { createSplitSource } from "./split-file.ts";
import { TreeStream } from "./tree-stream.ts";
import { walkTree } from "./tree-walk.ts";
import { isContentInSplit } from "./unpack-job.ts";
import { isOpaque, isWhiteoutNode } from "./whiteout.ts";

/** Write a tar to standard output. */
export interface PackJob {
  readonly job: "pack";
  /**
   * `split`: the exact tar of a layer that came as one. `layer`: the tar of a layer made here. `plain`: whatever
   * is there, as `export` gives it. `folder`: as `plain`, with an entry for the root itself.
   */
  readonly form: "split" | "layer" | "plain" | "folder";
  /** The layer's folder, or for `plain` and `folder` the root of the tree. */
  readonly folder: string;
  /** Leave the holes of files out of a `plain` tar or one of a `folder`: only for readers that know GNU tar's format of them. */
  readonly holes?: boolean;
  /** Write a share of the tar's blocks, compressed, instead of the tar. */
  readonly blocks?: BlockShare;
}

export interface PackReport {
  /** Only of the tar and of the first share. */
  readonly diffId: DiffId;
  readonly tarSize: number;
}

/** Does the job; the process's root is the tree afterwards. */
export function runPackJob(job: PackJob): PackReport {
  setNonBlocking(1, false);
  const digest = createStreamDigest();
  const blocks = job.blocks === undefined ? undefined : new BlockCompressor(1, job.blocks);
  const isHashed = (job.blocks?.share ?? 0) === 0;
  const sink = createBatchedSink((bytes) => {
    if (isHashed) digest.update(bytes);
    if (blocks === undefined) writeAllFd(1, bytes);
    else blocks.write(bytes);
  });
  if (job.form === "split") packSplit(job.folder, sink.write);
  else packTree(job, sink.write);
  sink.flush();
  blocks?.end();
  return { diffId: digest.diffId(), tarSize: digest.length };
}

/** Writes the layer tar of the tree below `fd`, whiteouts in their OCI form. */
export function streamLayer(fd: number, stream: TreeStream): void {
  if (isOpaque(fd)) stream.opaque("");
  walkTree(fd, {
    node: (node) => (isWhiteoutNode(node.stat) ? stream.whiteout(node.path) : stream.node(node)),
    enter: (node, folder) => {
      if (isOpaque(folder)) stream.opaque(node.path);
    },
  });
  stream.end();
}

function packTree(job: PackJob, sink: ByteSink): void {
  chroot(job.form === "layer" ? `${job.folder}/fs` : job.folder);
  const fd = openAt(AT_FDCWD, ".", O_RDONLY | O_DIRECTORY);
  const stream = new TreeStream(sink, { holes: job.holes ?? false });
  if (job.form === "layer") streamLayer(fd, stream);
  else streamPlain(fd, stream, job.form === "folder");
}

function streamPlain(fd: number, stream: TreeStream, withRoot: boolean): void {
  const root = { path: ".", name: ".", parentFd: fd };
  if (withRoot) stream.node({ ...root, stat: statAt(fd, "", AT_EMPTY_PATH) });
  walkTree(fd, { node: (node) => stream.node(node) });
  stream.end();
}

function packSplit(folder: string, sink: ByteSink): void {
  const { displaced } = readLayerFacts(folder);
  const split = openSync(`${folder}/split`, "r");
  const kept = displaced.length === 0 ? -1 : openAt(AT_FDCWD, `${folder}/kept`, O_RDONLY | O_DIRECTORY);
  chroot(`${folder}/fs`);
  const root = openAt(AT_FDCWD, ".", O_RDONLY | O_DIRECTORY);
  const reader = new TarReader(createSplitSource(split), {
    onFrame: sink,
    hasPayload: (entry) => isContentInSplit(entry.path),
  });
  let at = 0;
  for (let entry = reader.next(); entry !== undefined; entry = reader.next()) {
    at++;
    for (let chunk = reader.readChunk(); chunk !== undefined; chunk = reader.readChunk()) sink(chunk);
    if (entry.kind !== "file" || entry.size === 0 || isContentInSplit(entry.path)) continue;
    const path = cleanEntryPath(entry.path);
    const fd = openContent(root, kept, { path, old: findDisplaced(displaced, path, at) });
    try {
      sendContent(fd, entry, sink);
    } finally {
      closeFd(fd);
    }
  }
}

function openContent(
  root: number,
  kept: number,
  content: { readonly path: ByteString; readonly old: Displaced | undefined },
): number {
  const { path, old } = content;
  try {
    if (old === undefined) return openIn(root, toBytePath(path), O_RDONLY | O_NOFOLLOW);
    const inside = path.slice(old.path.length);
    return openIn(kept, toBytePath(`${old.slot}${inside}`), O_RDONLY | O_NOFOLLOW);
  } catch (error) {
    if (isErrno(error, "ENOENT", "ENOTDIR", "ELOOP")) throw missing(path, error);
    throw error;
  }
}

/** What took the place of entry number `at`, or of a folder above it, first. */
function findDisplaced(displaced: readonly Displaced[], path: ByteString, at: number): Displaced | undefined {
  return displaced.find((old) => old.at > at && (path === old.path || path.startsWith(`${old.path}/`)));
}

function sendContent(fd: number, entry: TarEntry, sink: ByteSink): void {
  for (const { offset, length } of entry.sparse ?? [{ offset: 0, length: entry.size }]) {
    if (entry.sparse !== undefined) lseek(fd, offset, SEEK_SET);
    for (let left = length; left > 0; ) {
      const count = readFd(fd, chunk, 0, Math.min(chunk.length, left));
      if (count === 0) throw missing(entry.path);
      sink(chunk.subarray(0, count));
      left -= count;
    }
  }
}

const chunk = new Uint8Array(256 * 1024);

function missing(path: ByteString, cause?: unknown): EngineError {
  const text = Buffer.from(path, "latin1").toString();
  return new EngineError("dataLoss", `the content of "${text}" is missing`, { cause });
}

/** Joins small writes into large ones. */
export function createBatchedSink(sink: ByteSink): { readonly write: ByteSink; readonly flush: () => void } {
  const batch = new Uint8Array(256 * 1024);
  let length = 0;
  const flush = (): void => {
    if (length > 0) sink(batch.subarray(0, length));
    length = 0;
  };
  return {
    write(bytes) {
      if (length + bytes.length > batch.length) flush();
      if (bytes.length >= batch.length) {
        sink(bytes);
        return;
      }
      batch.set(bytes, length);
      length += bytes.length;
    },
    flush,
  };
}
