import { lstatSync } from "node:fs";
import { join } from "node:path";
import { EngineError } from "../base/index.ts";
import {
  AT_EMPTY_PATH,
  AT_FDCWD,
  closeFd,
  isErrno,
  O_DIRECTORY,
  O_PATH,
  openAt,
  openIn,
  S_IFMT,
  S_IFREG,
  statAt,
} from "../host/index.ts";

/** Where every container gets file systems of its own, which the runtime fills by path. */
const FOLDERS = ["dev", "proc", "sys"] as const;
const USER_FILES = ["etc/passwd", "etc/group"] as const;

/**
 * Throws `invalidArgument` when the root that is mounted at `rootfs` has something else than folders where the
 * runtime puts devices and the kernel's file systems. runc follows a symbolic link at `/dev` out of the root,
 * on the host (CVE-2026-41579). The same for the files that it looks users up in: it would wait for a FIFO forever.
 */
export function checkRoot(rootfs: string): void {
  for (const name of FOLDERS) {
    const stat = lstatSync(join(rootfs, name), { throwIfNoEntry: false });
    if (stat === undefined || stat.isDirectory()) continue;
    const what = stat.isSymbolicLink() ? "a symbolic link" : "no directory";
    throw new EngineError("invalidArgument", `cannot mount /${name}: it is ${what} in the container's root`, {
      hint: `an image must have a plain folder, or nothing, at /${name}`,
    });
  }
  for (const path of USER_FILES) {
    if (isPlainFile(rootfs, path)) continue;
    throw new EngineError("invalidArgument", `/${path} in the container's root is not a regular file`);
  }
}

/** True for a file, or for nothing at all, wherever links inside of the root lead. */
function isPlainFile(rootfs: string, path: string): boolean {
  const rootFd = openAt(AT_FDCWD, rootfs, O_PATH | O_DIRECTORY);
  try {
    const fd = openIn(rootFd, path, O_PATH);
    try {
      return (statAt(fd, "", AT_EMPTY_PATH).mode & S_IFMT) === S_IFREG;
    } finally {
      closeFd(fd);
    }
  } catch (error) {
    if (isErrno(error, "ENOENT", "ENOTDIR", "ELOOP")) return true;
    throw error;
  } finally {
    closeFd(rootFd);
  }
}
