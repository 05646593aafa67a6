import type { ByteString } from "../archive/index.ts";
import {
  AT_EMPTY_PATH,
  closeFd,
  type FileStat,
  isErrno,
  O_NOFOLLOW,
  O_NONBLOCK,
  O_RDONLY,
  openIn,
  readFd,
  S_IFMT,
  S_IFREG,
  statAt,
} from "../host/index.ts";
import { toBytePath } from "./byte-names.ts";
import { readXattrs } from "./file-attributes.ts";

/** What a file holds and is, and a name for the state it was in: a file of the same state holds and is the same. */
export interface FileDigest {
  /** Hex sha256. */
  readonly hex: string;
  readonly state: string;
  /** False when the file was written so short before that a later write could leave the state as it is. */
  readonly settled: boolean;
  readonly size: number;
  readonly mtime: number;
  /** Name and value as bytes in base64. */
  readonly xattrs: readonly (readonly [name: ByteString, value: string])[];
}

const chunk = new Uint8Array(1024 * 1024);

/** Hashes a regular file below an open folder; undefined when there is none at that path. */
export function digestFile(folderFd: number, path: ByteString): FileDigest | undefined {
  const fd = open(folderFd, path);
  if (fd === undefined) return undefined;
  try {
    const now = Date.now();
    const before = statAt(fd, "", AT_EMPTY_PATH);
    if ((before.mode & S_IFMT) !== S_IFREG) return undefined;
    const hasher = new Bun.CryptoHasher("sha256");
    for (let left = before.size; left > 0; ) {
      const count = readFd(fd, chunk, 0, Math.min(left, chunk.length));
      if (count === 0) break;
      hasher.update(chunk.subarray(0, count));
      left -= count;
    }
    const xattrs = readXattrs(fd).map(
      ({ name, value }) => [name, Buffer.from(value).toString("base64")] as const,
    );
    const { size, mtimeSec: mtime } = before;
    const settled = isSettled(before, now);
    return { hex: hasher.digest("hex"), state: fileState(before), settled, size, mtime, xattrs };
  } finally {
    closeFd(fd);
  }
}

/** Changes whenever a file is written, given attributes, or replaced. */
export function fileState(stat: FileStat): string {
  return `${stat.ino}:${stat.size}:${stat.mtimeSec}.${stat.mtimeNsec}:${stat.ctimeSec}.${stat.ctimeNsec}`;
}

/** Milliseconds in which two changes may carry the same time: some ticks of the kernel, or what a coarse file system counts in. */
const TICKS = 20;
const COARSE = 2000;

function isSettled({ ctimeSec, ctimeNsec }: FileStat, now: number): boolean {
  return ctimeSec * 1000 + ctimeNsec / 1e6 < now - (ctimeNsec === 0 ? COARSE : TICKS);
}

function open(folderFd: number, path: ByteString): number | undefined {
  try {
    return openIn(folderFd, toBytePath(path), O_RDONLY | O_NOFOLLOW | O_NONBLOCK);
  } catch (error) {
    if (isErrno(error, "ENOENT", "ENOTDIR", "ELOOP", "ENXIO", "ENODEV")) return undefined;
    throw error;
  }
}
