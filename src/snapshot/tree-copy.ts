import {
  AT_FDCWD,
  AT_SYMLINK_NOFOLLOW,
  closeFd,
  fchmod,
  fchmodAt,
  fchown,
  fchownAt,
  ficlone,
  ftruncate,
  linkAt,
  lseek,
  makedev,
  mkdirAt,
  mknodAt,
  O_CREAT,
  O_EXCL,
  O_NOFOLLOW,
  O_RDWR,
  openAt,
  S_IFCHR,
  S_IFMT,
  SEEK_CUR,
  symlinkAt,
  syncFileRange,
  writeAllFd,
} from "../host/index.ts";
import { toBytePath } from "./byte-names.ts";
import { setTimes, setXattrs } from "./file-attributes.ts";
import type { StreamItem, TreeMirror } from "./tree-stream.ts";
import { setOpaque } from "./whiteout.ts";

const S_ISGID = 0o2000;
const EARLY_WRITE_BACK = 64 * 1024;

/** A copy in the making. */
export interface TreeCopy extends TreeMirror {
  /** Leaves a hole in the file that the last `node` named. */
  skip(length: number): void;
  /** Makes that file share all blocks of an open one instead, and gives it to be read; undefined where the file system cannot. */
  clone(input: number): number | undefined;
  /** Sets the times of folders, once nothing is written into them any more. */
  finish(): void;
}

/** Makes a copy below the current folder of what goes by, with whole-second times; call `finish` at the end. */
export function createTreeCopy(): TreeCopy {
  const folders: StreamItem[] = [];
  let file = -1;
  let hasHoles = false;
  let clones = true;
  // New files take the group of a setgid folder.
  let inherits = false;
  return {
    node(item) {
      if (item.kind === "file") file = createFile(item);
      else makeNode(item);
      if (item.kind !== "directory") return;
      folders.push(item);
      if ((item.stat.mode & S_ISGID) !== 0) inherits = true;
    },
    content: (bytes) => writeAllFd(file, bytes),
    skip(length) {
      lseek(file, length, SEEK_CUR);
      hasHoles = true;
    },
    clone(input) {
      clones &&= ficlone(input, file);
      return clones ? file : undefined;
    },
    endFile(item) {
      if (hasHoles) ftruncate(file, item.stat.size);
      hasHoles = false;
      endFile(file, item, inherits);
      file = -1;
    },
    whiteout: (path) => mknodAt(AT_FDCWD, toBytePath(path), S_IFCHR, 0),
    opaque: (folder) => setOpaque(folder === "" ? "." : toBytePath(folder)),
    finish() {
      for (const { path, stat } of folders) setTimes(toBytePath(path), stat.mtimeSec, 0);
    },
  };
}

function createFile({ path, stat }: StreamItem): number {
  return openAt(AT_FDCWD, toBytePath(path), O_RDWR | O_CREAT | O_EXCL | O_NOFOLLOW, stat.mode & 0o777);
}

function endFile(fd: number, { stat, xattrs }: StreamItem, inherits: boolean): void {
  try {
    if (inherits || stat.uid !== 0 || stat.gid !== 0) fchown(fd, stat.uid, stat.gid);
    if (inherits || (stat.mode & 0o7000) !== 0) fchmod(fd, stat.mode & 0o7777);
    setXattrs(fd, xattrs);
    setTimes(fd, stat.mtimeSec, 0);
    if (stat.size >= EARLY_WRITE_BACK) syncFileRange(fd);
  } finally {
    closeFd(fd);
  }
}

function makeNode(item: StreamItem): void {
  const { kind, stat } = item;
  const at = toBytePath(item.path);
  if (kind === "hardlink") {
    linkAt(AT_FDCWD, toBytePath(item.linkPath), AT_FDCWD, at);
    return;
  }
  if (kind === "directory") mkdirAt(AT_FDCWD, at, 0o700);
  else if (kind === "symlink") symlinkAt(toBytePath(item.linkPath), AT_FDCWD, at);
  else mknodAt(AT_FDCWD, at, stat.mode & S_IFMT, makedev(stat.rdevMajor, stat.rdevMinor));
  fchownAt(AT_FDCWD, at, stat.uid, stat.gid, AT_SYMLINK_NOFOLLOW);
  if (kind !== "symlink") fchmodAt(AT_FDCWD, at, stat.mode & 0o7777);
  setXattrs(at, item.xattrs);
  if (kind !== "directory") setTimes(at, stat.mtimeSec, 0);
}
