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
  let fd: number;
  try {
    fd = openIn(rootFd, path, O_RDONLY | O_NONBLOCK);
  } catch (error) {
    if (isErrno(error, "ENOENT", "ENOTDIR", "ELOOP", "EACCES", "ENXIO")) return "";
    throw error;
  }
  try {
    const stat = statAt(fd, "", AT_EMPTY_PATH);
    if ((stat.mode & S_IFMT) !== S_IFREG || stat.size > LIMIT) return "";
    const bytes = new Uint8Array(stat.size);
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
