import { openAt } from "./at-files.ts";
import { openIn } from "./confine.ts";
import { AT_EMPTY_PATH, AT_FDCWD, O_DIRECTORY, O_PATH, O_RDONLY, S_IFMT, S_IFREG } from "./constants.ts";
import { closeFd, readFd } from "./file-io.ts";
import { statAt } from "./stat-at.ts";
import { isErrno } from "./syscall-error.ts";

/** What reading a file gave: undefined when there is none, `notFile` when it is no regular file, or too large. */
export type ReadRegular = Buffer | "notFile" | undefined;

/** Reads a file of at most `limit` bytes below the folder `root`, as if that were the root: no link leads out of it. */
export function readRegularIn(root: string, path: string, limit: number): ReadRegular {
  const rootFd = openAt(AT_FDCWD, root, O_PATH | O_DIRECTORY);
  try {
    return readFound(() => openIn(rootFd, path, O_PATH), limit);
  } finally {
    closeFd(rootFd);
  }
}

/** As {@link readRegularIn}, for a path of this machine. */
export function readRegular(path: string, limit: number): ReadRegular {
  return readFound(() => openAt(AT_FDCWD, path, O_PATH), limit);
}

function readFound(find: () => number, limit: number): ReadRegular {
  let found: number;
  try {
    found = find();
  } catch (error) {
    if (isErrno(error, "ENOENT", "ENOTDIR", "ELOOP")) return undefined;
    throw error;
  }
  try {
    const { mode, size } = statAt(found, "", AT_EMPTY_PATH);
    if ((mode & S_IFMT) !== S_IFREG || size > limit) return "notFile";
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
