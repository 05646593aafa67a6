import {
  AT_EMPTY_PATH,
  AT_FDCWD,
  closeFd,
  isErrno,
  O_DIRECTORY,
  O_NONBLOCK,
  O_PATH,
  O_RDONLY,
  openAt,
  openIn,
  readFd,
  S_IFMT,
  S_IFREG,
  statAt,
} from "../../host/index.ts";

/** Largest file that a build reads as text. */
export const LARGEST_TEXT = 64 * 1024 * 1024;

/**
 * Reads a regular file below a folder, as if that were the root: no link leads out of it. Undefined when there is no
 * such file; `notFile` when it is something else, or too large.
 */
export function readInTree(root: string, path: string): Buffer | "notFile" | undefined {
  const rootFd = openAt(AT_FDCWD, root, O_PATH | O_DIRECTORY);
  try {
    const fd = open(rootFd, path);
    if (fd === undefined) return undefined;
    try {
      return readWhole(fd);
    } finally {
      closeFd(fd);
    }
  } finally {
    closeFd(rootFd);
  }
}

function open(rootFd: number, path: string): number | undefined {
  try {
    return openIn(rootFd, path, O_RDONLY | O_NONBLOCK);
  } catch (error) {
    if (isErrno(error, "ENOENT", "ENOTDIR", "ELOOP", "ENXIO", "ENODEV")) return undefined;
    throw error;
  }
}

/** All that an open regular file holds. */
export function readWhole(fd: number): Buffer | "notFile" {
  const { mode, size } = statAt(fd, "", AT_EMPTY_PATH);
  if ((mode & S_IFMT) !== S_IFREG || size > LARGEST_TEXT) return "notFile";
  const bytes = Buffer.alloc(size);
  let length = 0;
  for (let count = 1; count > 0 && length < size; length += count) count = readFd(fd, bytes, length);
  return bytes.subarray(0, length);
}
