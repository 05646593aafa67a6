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
} from "../host/index.ts";

const LIMIT = 4 * 1024 * 1024;

/**
 * Reads a text file of a container's file system, never leaving `root` by any symbolic link.
 * Empty when it is missing, no regular file, or larger than 4 MiB.
 */
export function readRootFile(root: string, path: string): string {
  const rootFd = openAt(AT_FDCWD, root, O_PATH | O_DIRECTORY, 0);
  try {
    return readIn(rootFd, path);
  } finally {
    closeFd(rootFd);
  }
}

function readIn(rootFd: number, path: string): string {
  let found: number;
  try {
    found = openIn(rootFd, path, O_PATH);
  } catch (error) {
    if (isErrno(error, "ENOENT", "ENOTDIR", "ELOOP", "EACCES")) return "";
    throw error;
  }
  try {
    const stat = statAt(found, "", AT_EMPTY_PATH);
    if ((stat.mode & S_IFMT) !== S_IFREG || stat.size > LIMIT) return "";
    // Only now: to open a device can be an act of its own, and a FIFO would wait for a writer.
    return readWhole(openAt(AT_FDCWD, `/proc/self/fd/${found}`, O_RDONLY), stat.size);
  } finally {
    closeFd(found);
  }
}

function readWhole(fd: number, size: number): string {
  try {
    const bytes = new Uint8Array(size);
    let length = 0;
    while (length < bytes.length) {
      const got = readFd(fd, bytes, length, bytes.length - length);
      if (got === 0) break;
      length += got;
    }
    return Buffer.from(bytes.subarray(0, length)).toString();
  } finally {
    closeFd(fd);
  }
}
