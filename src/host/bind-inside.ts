import { closeSync, mkdirSync, openSync, rmdirSync, unlinkSync } from "node:fs";
import { openAt } from "./at-files.ts";
import { openIn } from "./confine.ts";
import {
  AT_EMPTY_PATH,
  AT_FDCWD,
  MS_BIND,
  MS_REC,
  O_DIRECTORY,
  O_PATH,
  S_IFDIR,
  S_IFMT,
} from "./constants.ts";
import { closeFd } from "./file-io.ts";
import { mount, unmount } from "./mount.ts";
import { statAt } from "./stat-at.ts";
import { isErrno } from "./syscall-error.ts";

/**
 * Binds what `path` means with the folder `root` as the root to `place`, which is made as a folder or a file as needed.
 * No link leads out of `root`, and whatever others exchange on the way afterwards, `place` stays what was found.
 */
export function bindInside(root: string, path: string, place: string): "folder" | "file" {
  const rootFd = openAt(AT_FDCWD, root, O_PATH | O_DIRECTORY);
  try {
    const fd = openIn(rootFd, path, O_PATH);
    try {
      const isFolder = (statAt(fd, "", AT_EMPTY_PATH).mode & S_IFMT) === S_IFDIR;
      if (isFolder) mkdirSync(place, { recursive: true });
      else closeSync(openSync(place, "a"));
      mount(`/proc/self/fd/${fd}`, place, undefined, MS_BIND | MS_REC);
      return isFolder ? "folder" : "file";
    } finally {
      closeFd(fd);
    }
  } finally {
    closeFd(rootFd);
  }
}

/** Takes away every mount at `place`, and the place, but never what is in it. Idempotent. */
export function removePlace(place: string): void {
  while (unmount(place, { detach: true }));
  try {
    rmdirSync(place);
  } catch (error) {
    if (isErrno(error, "ENOTDIR")) unlinkSync(place);
    else if (!isErrno(error, "ENOENT")) throw error;
  }
}
