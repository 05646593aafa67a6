import { type ByteString, TarReader } from "../archive/index.ts";
import {
  AT_FDCWD,
  chroot,
  mkdirAt,
  O_CREAT,
  O_DIRECTORY,
  O_EXCL,
  O_PATH,
  O_WRONLY,
  openAt,
  setNonBlocking,
  syncFs,
  umask,
} from "../host/index.ts";
import type { DiffId } from "../oci/index.ts";
import { diskFull, explainFullDisk, tooLarge } from "./errors.ts";
import { createHashedSource, createStreamDigest } from "./hashing.ts";
import { type LayerFacts, writeLayerFacts } from "./layer-facts.ts";
import { LayerWriter } from "./layer-writer.ts";
import { SplitWriter } from "./split-file.ts";
import { isMarked } from "./whiteout.ts";

/** Unpack the plain tar on standard input into a new layer folder. */
export interface UnpackJob {
  readonly job: "unpack";
  /** Absolute path of the layer's folder, which holds an empty `fs`. */
  readonly folder: string;
  /** Bytes to read from standard input; all if not given. */
  readonly length?: number;
  /** Largest tar. */
  readonly maxBytes: number;
  /** The limit is what the disk has left, and is reported as such. */
  readonly diskBound: boolean;
  readonly maxEntries: number;
}

export interface UnpackReport {
  readonly diffId: DiffId;
  /** Length of the tar. */
  readonly tarSize: number;
  /** Bytes of regular files and of the targets of symbolic links. */
  readonly size: number;
  readonly entries: number;
  readonly implied: number;
  readonly links: number;
}

/** Does the job; the process can do nothing else afterwards, for its root is the layer. */
export function runUnpackJob(job: UnpackJob): UnpackReport {
  umask(0);
  setNonBlocking(0, false);
  const folderFd = openAt(AT_FDCWD, job.folder, O_PATH | O_DIRECTORY);
  const splitFd = openAt(folderFd, "split", O_WRONLY | O_CREAT | O_EXCL, 0o600);
  chroot(`${job.folder}/fs`);
  try {
    return unpack(job, folderFd, splitFd);
  } catch (error) {
    throw explainFullDisk("the layer", error);
  }
}

/** True for an entry whose content makes no file, so that it stays in the split. */
export function isContentInSplit(path: ByteString): boolean {
  return isMarked(path);
}

function unpack(job: UnpackJob, folderFd: number, splitFd: number): UnpackReport {
  const digest = createStreamDigest();
  const split = new SplitWriter(splitFd);
  const source = createHashedSource(0, digest, limitsOf(job));
  const reader = new TarReader(source, { onFrame: (bytes) => split.write(bytes) });
  const writer = new LayerWriter(createKeptFolder(folderFd));
  let entries = 0;
  try {
    for (let entry = reader.next(); entry !== undefined; entry = reader.next()) {
      if (++entries > job.maxEntries) throw tooLarge(`it has more than ${job.maxEntries} files`);
      writer.write(entry, reader);
      if (!isContentInSplit(entry.path)) continue;
      for (let chunk = reader.readChunk(); chunk !== undefined; chunk = reader.readChunk())
        split.write(chunk);
    }
  } catch (error) {
    if (job.diskBound && digest.length > job.maxBytes) throw diskFull("unpack layer", error);
    throw error;
  }
  split.flush();
  const facts = writer.finish();
  writeLayerFacts(folderFd, facts);
  // Here rather than at adoption, so that layers that unpack at the same time wait at the same time.
  syncFs(splitFd);
  return toReport(writer.size, entries, { digest: digest.diffId(), length: digest.length, facts });
}

function toReport(
  size: number,
  entries: number,
  rest: { readonly digest: DiffId; readonly length: number; readonly facts: LayerFacts },
): UnpackReport {
  const { implied, links } = rest.facts;
  return {
    diffId: rest.digest,
    tarSize: rest.length,
    size,
    entries,
    implied: implied.length,
    links: links.length,
  };
}

function limitsOf(job: UnpackJob): { readonly length?: number; readonly maxBytes: number } {
  return job.length === undefined
    ? { maxBytes: job.maxBytes }
    : { length: job.length, maxBytes: job.maxBytes };
}

/** Makes the folder for displaced files only when one is needed. */
function createKeptFolder(folderFd: number): () => number {
  let fd: number | undefined;
  return () => {
    if (fd !== undefined) return fd;
    mkdirAt(folderFd, "kept", 0o700);
    fd = openAt(folderFd, "kept", O_PATH | O_DIRECTORY);
    return fd;
  };
}
