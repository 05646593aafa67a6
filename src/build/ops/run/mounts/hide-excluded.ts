import {
  AT_EMPTY_PATH,
  AT_FDCWD,
  closeFd,
  type FileStat,
  fchmod,
  fchown,
  mkdirAt,
  mknodAt,
  O_DIRECTORY,
  O_NOFOLLOW,
  O_RDONLY,
  openAt,
  readDir,
  S_IFCHR,
  statAt,
  utimensAt,
} from "../../../../host/index.ts";
import type { TreeFilter, TreeResult } from "../../../result.ts";

/** A folder of the tree, and the folder that lies over it. */
interface Pair {
  readonly fd: number;
  readonly path: string;
  /** Makes, when first asked, the folder over it. */
  readonly over: () => number;
}

/**
 * Fills `folder` with what, laid over a tree, hides everything that the tree's filter leaves out: whiteouts of
 * overlayfs (Documentation/filesystems/overlayfs.rst), in folders with the attributes of those below.
 */
export function hideExcluded({ root, filter }: TreeResult, folder: string): void {
  withFolder(AT_FDCWD, root, (fd) =>
    withFolder(AT_FDCWD, folder, (over) => {
      copyAttributes(statAt(fd, "", AT_EMPTY_PATH), over);
      if (filter !== undefined) hideIn({ fd, path: "", over: () => over }, filter);
    }),
  );
}

function hideIn({ fd, path, over }: Pair, filter: TreeFilter): void {
  for (const { name, type } of readDir(fd)) {
    const inner = path === "" ? Buffer.from(name).toString() : `${path}/${Buffer.from(name).toString()}`;
    const isFolder = type === "directory" || (type === "unknown" && isDirectory(fd, name));
    const excluded = filter.excludes(inner);
    if (excluded && (!isFolder || filter.excludesAllBelow(inner))) mknodAt(over(), name, S_IFCHR);
    else if (isFolder) hideBelow({ fd, path: inner, over }, name, filter);
  }
}

function hideBelow({ fd, path, over }: Pair, name: Uint8Array, filter: TreeFilter): void {
  withFolder(fd, name, (inner) => {
    const stat = statAt(inner, "", AT_EMPTY_PATH);
    let made: number | undefined;
    const overInner = (): number => {
      if (made === undefined) {
        mkdirAt(over(), name, 0o700);
        made = openAt(over(), name, O_RDONLY | O_DIRECTORY | O_NOFOLLOW);
      }
      return made;
    };
    try {
      hideIn({ fd: inner, path, over: overInner }, filter);
      if (made !== undefined) copyAttributes(stat, made);
    } finally {
      if (made !== undefined) closeFd(made);
    }
  });
}

function copyAttributes({ uid, gid, mode, mtimeSec, mtimeNsec }: FileStat, fd: number): void {
  fchown(fd, uid, gid);
  fchmod(fd, mode & 0o7777);
  const mtimeNs = BigInt(mtimeSec) * 1_000_000_000n + BigInt(mtimeNsec);
  utimensAt(fd, "", { mtimeNs }, AT_EMPTY_PATH);
}

function isDirectory(fd: number, name: Uint8Array): boolean {
  return (statAt(fd, name).mode & 0o170000) === 0o040000;
}

function withFolder<T>(dirfd: number, name: string | Uint8Array, section: (fd: number) => T): T {
  const flags = O_RDONLY | O_DIRECTORY | (dirfd === AT_FDCWD ? 0 : O_NOFOLLOW);
  const fd = openAt(dirfd, name, flags);
  try {
    return section(fd);
  } finally {
    closeFd(fd);
  }
}
