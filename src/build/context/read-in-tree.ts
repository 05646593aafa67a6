import {
  AT_EMPTY_PATH,
  AT_FDCWD,
  closeFd,
  isErrno,
  O_DIRECTORY,
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
    return readFound(() => openIn(rootFd, path, O_PATH));
  } finally {
    closeFd(rootFd);
  }
}

/** As {@link readInTree}, for a path of this machine. */
export function readHere(path: string): Buffer | "notFile" | undefined {
  return readFound(() => openAt(AT_FDCWD, path, O_PATH));
}

function readFound(find: () => number): Buffer | "notFile" | undefined {
  let found: number;
  try {
    found = find();
  } catch (error) {
    if (isErrno(error, "ENOENT", "ENOTDIR", "ELOOP")) return undefined;
    throw error;
  }
  try {
    const { mode, size } = statAt(found, "", AT_EMPTY_PATH);
    if ((mode & S_IFMT) !== S_IFREG || size > LARGEST_TEXT) return "notFile";
    // Only now: to open a device can be an act of its own, and a FIFO would wait for a writer.
    return readWhole(openAt(AT_FDCWD, `/proc/self/fd/${found}`, O_RDONLY), size);
  } finally {
    closeFd(found);
  }
}

function readWhole(fd: number, size: number): Buffer {
  try {
    const bytes = Buffer.alloc(size);
    let length = 0;
    for (let count = 1; count > 0 && length < size; length += count) count = readFd(fd, bytes, length);
    return bytes.subarray(0, length);
  } finally {
    closeFd(fd);
  }
}
