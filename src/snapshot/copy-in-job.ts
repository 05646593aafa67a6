import { type ByteString, type TarEntry, TarReader, toByteString, truncatedError } from "../archive/index.ts";
import { EngineError } from "../base/index.ts";
import {
  AT_FDCWD,
  fchdir,
  isErrno,
  O_DIRECTORY,
  O_PATH,
  openAt,
  setNonBlocking,
  umask,
} from "../host/index.ts";
import type { DiffId } from "../oci/index.ts";
import { toBytePath } from "./byte-names.ts";
import { CopyWriter } from "./copy-writer.ts";
import { enterPlace, type TreePlace } from "./enter-place.ts";
import { diskFull, explainFailure } from "./errors.ts";
import { createHashedSource, createStreamDigest } from "./hashing.ts";

/** Unpack the plain tar on standard input into a folder of a file system. */
export interface CopyInJob {
  readonly job: "copy-in";
  readonly place: TreePlace;
  /** Absolute path of a folder; symbolic links are followed inside the place. */
  readonly path: string;
  /** Refuse to put a file over a folder or a folder over a file. */
  readonly noOverwriteDirNonDir: boolean;
  /** Gives everything to this user instead of the owners in the tar. */
  readonly owner?: { readonly uid: number; readonly gid: number };
  /** Refuse a tar that stops without its end, as one does whose sender died between two files. */
  readonly needsEnd?: boolean;
  /** Largest tar; any if not given. */
  readonly maxBytes?: number;
  /** That limit is what the disk has left, and is reported as such. */
  readonly diskBound?: boolean;
}

/** What was unpacked. */
export interface CopyInReport {
  readonly entries: number;
  /** Folders that were made without an entry for them. */
  readonly implied: readonly ByteString[];
  /** Digest of the tar and of whatever came after it. */
  readonly digest: DiffId;
}

/** Does the job; the process stays in the other file system. */
export function runCopyInJob(job: CopyInJob): CopyInReport {
  umask(0);
  setNonBlocking(0, false);
  enterPlace(job.place);
  fchdir(openTarget(job.path));
  const digest = createStreamDigest();
  const source = createHashedSource(0, digest, { maxBytes: job.maxBytes ?? Number.MAX_SAFE_INTEGER });
  const reader = new TarReader(source);
  const writer = new CopyWriter(job);
  let entries = 0;
  try {
    for (let entry = reader.next(); entry !== undefined; entry = reader.next()) {
      writeEntry(writer, entry, reader);
      entries++;
    }
  } catch (error) {
    const { diskBound, maxBytes = Number.MAX_SAFE_INTEGER } = job;
    if (diskBound && digest.length > maxBytes) throw diskFull("unpack archive", error);
    throw error;
  }
  if (job.needsEnd && !reader.hasEnd) throw truncatedError();
  const implied = writer.finish();
  const rest = new Uint8Array(64 * 1024);
  while (source.read(rest) > 0);
  return { entries, implied, digest: digest.diffId() };
}

function openTarget(path: string): number {
  try {
    return openAt(AT_FDCWD, toBytePath(toByteString(path)), O_PATH | O_DIRECTORY);
  } catch (error) {
    if (isErrno(error, "ENOENT")) throw new EngineError("notFound", `no such file or directory: ${path}`);
    if (isErrno(error, "ENOTDIR"))
      throw new EngineError("invalidArgument", "extraction point is not a directory");
    throw error;
  }
}

function writeEntry(writer: CopyWriter, entry: TarEntry, reader: TarReader): void {
  try {
    writer.write(entry, reader);
  } catch (error) {
    if (isErrno(error, "EROFS")) {
      throw new EngineError("forbidden", "container rootfs is marked read-only", { cause: error });
    }
    throw explainFailure(entry.path, error);
  }
}
