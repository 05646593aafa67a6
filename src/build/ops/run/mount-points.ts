import { posix } from "node:path";
import {
  AT_EMPTY_PATH,
  AT_FDCWD,
  AT_REMOVEDIR,
  closeFd,
  isErrno,
  makeIn,
  O_DIRECTORY,
  O_PATH,
  O_RDONLY,
  openAt,
  openIn,
  S_IFDIR,
  S_IFMT,
  statAt,
  umask,
  unlinkAt,
  utimensAt,
} from "../../../host/index.ts";

/** Something to be mounted into a root. */
export interface MountTarget {
  /** Absolute, in the root. */
  readonly target: string;
  readonly kind: "folder" | "file";
}

/** Something that was made for a mount only. */
interface MountPoint {
  readonly path: string;
  readonly inode: bigint;
}

interface FolderTimes {
  readonly path: string;
  readonly mtimeNs: bigint;
}

/** What {@link makeMountPoints} made. */
export interface MountPoints {
  readonly made: readonly MountPoint[];
  /** The folders that got something new, as they were before. */
  readonly parents: readonly FolderTimes[];
}

/** Makes the mount points that a mounted root lacks. No path leads out of the root. */
export function makeMountPoints(root: string, targets: readonly MountTarget[]): MountPoints {
  const made: MountPoint[] = [];
  const parents: FolderTimes[] = [];
  withRoot(root, (rootFd) => {
    for (const { target, kind } of targets) {
      const before = nearestFolder(rootFd, target);
      const paths = makeIn(rootFd, target, kind);
      if (paths.length === 0) continue;
      parents.push(before);
      for (const path of paths) made.push({ path, inode: statIn(rootFd, path).ino });
    }
  });
  return { made, parents };
}

/** Makes a folder that stays, such as the one that a step runs in. */
export function makeFolder(root: string, path: string): void {
  withRoot(root, (rootFd) => makeIn(rootFd, path, "folder"));
}

/**
 * Removes again what {@link makeMountPoints} made, unless something was put into it or it is something else by now,
 * and gives its parents the time that they had.
 */
export function removeMountPoints(root: string, { made, parents }: MountPoints): void {
  withRoot(root, (rootFd) => {
    for (const point of made.toReversed()) unlessGone(() => removePoint(rootFd, point));
    for (const { path, mtimeNs } of parents.toReversed()) {
      unlessGone(() => withIn(rootFd, path, (fd) => utimensAt(fd, "", { mtimeNs }, AT_EMPTY_PATH)));
    }
  });
}

function removePoint(rootFd: number, { path, inode }: MountPoint): void {
  withIn(rootFd, posix.dirname(path), (parent) => {
    const name = posix.basename(path);
    const stat = statAt(parent, name);
    if (stat.ino !== inode) return;
    const isFolder = (stat.mode & S_IFMT) === S_IFDIR;
    if (isFolder || stat.size === 0) unlinkAt(parent, name, isFolder ? AT_REMOVEDIR : 0);
  });
}

/** The step may have changed anything; what is not as it was left is none of ours. */
function unlessGone(section: () => void): void {
  try {
    section();
  } catch (error) {
    if (!isErrno(error, "ENOENT", "ENOTDIR", "ENOTEMPTY", "EEXIST", "ELOOP", "EBUSY")) throw error;
  }
}

function nearestFolder(rootFd: number, target: string): FolderTimes {
  for (let path = posix.dirname(target); ; path = posix.dirname(path)) {
    try {
      const { mtimeSec, mtimeNsec } = statIn(rootFd, path);
      return { path, mtimeNs: BigInt(mtimeSec) * 1_000_000_000n + BigInt(mtimeNsec) };
    } catch (error) {
      if (!isErrno(error, "ENOENT", "ENOTDIR") || path === "/") throw error;
    }
  }
}

function statIn(rootFd: number, path: string) {
  return withFd(openIn(rootFd, path, O_PATH), (fd) => statAt(fd, "", AT_EMPTY_PATH));
}

function withIn<T>(rootFd: number, path: string, section: (fd: number) => T): T {
  return withFd(openIn(rootFd, path, O_RDONLY | O_DIRECTORY), section);
}

function withRoot<T>(root: string, section: (rootFd: number) => T): T {
  const mask = umask(0);
  try {
    return withFd(openAt(AT_FDCWD, root, O_PATH | O_DIRECTORY), section);
  } finally {
    umask(mask);
  }
}

function withFd<T>(fd: number, section: (fd: number) => T): T {
  try {
    return section(fd);
  } finally {
    closeFd(fd);
  }
}
