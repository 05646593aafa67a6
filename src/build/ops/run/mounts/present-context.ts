import {
  AT_EMPTY_PATH,
  AT_FDCWD,
  AT_SYMLINK_NOFOLLOW,
  closeFd,
  type FileStat,
  fchmodAt,
  fchownAt,
  getXattr,
  mknodAt,
  O_DIRECTORY,
  O_NOFOLLOW,
  O_RDONLY,
  openAt,
  readDir,
  S_IFDIR,
  S_IFLNK,
  S_IFMT,
  S_IFREG,
  S_IFSOCK,
  setXattr,
  statAt,
  unlinkAt,
  utimensAt,
} from "../../../../host/index.ts";

/** Privileges of a program, which the kernel takes away when the owner changes. */
const CAPABILITY = "security.capability";
const SPECIAL_BITS = 0o6000;

/**
 * Makes files of the user look as they do in a context: root owns everything, and a socket is an empty file. `path` is
 * a folder or file in a throw-away overlay over them, made with `metacopy`, so that no content is copied.
 */
export function presentContext(path: string, kind: "folder" | "file"): void {
  if (kind === "file") {
    presentEntry(AT_FDCWD, path);
    return;
  }
  withFolder(AT_FDCWD, path, (fd) => {
    presentBelow(fd);
    const { uid, gid } = statAt(fd, "", AT_EMPTY_PATH);
    if (uid !== 0 || gid !== 0) fchownAt(fd, "", 0, 0, AT_EMPTY_PATH);
  });
}

function presentBelow(fd: number): void {
  const { mtimeSec, mtimeNsec } = statAt(fd, "", AT_EMPTY_PATH);
  let replaced = false;
  for (const { name } of readDir(fd)) {
    const type = presentEntry(fd, name);
    if (type === S_IFDIR) withFolder(fd, name, presentBelow);
    else if (type === S_IFSOCK) replaced = true;
  }
  if (replaced) utimensAt(fd, "", { mtimeNs: nanoseconds(mtimeSec, mtimeNsec) }, AT_EMPTY_PATH);
}

/** Returns the type of what was there. */
function presentEntry(dirfd: number, name: string | Uint8Array): number {
  const stat = statAt(dirfd, name);
  const type = stat.mode & S_IFMT;
  if (type === S_IFSOCK) replaceSocket(dirfd, name, stat);
  else if (stat.uid !== 0 || stat.gid !== 0) giveToRoot(dirfd, name, stat);
  return type;
}

function replaceSocket(dirfd: number, name: string | Uint8Array, stat: FileStat): void {
  unlinkAt(dirfd, name);
  mknodAt(dirfd, name, S_IFREG);
  fchmodAt(dirfd, name, stat.mode & 0o7777);
  utimensAt(dirfd, name, { mtimeNs: nanoseconds(stat.mtimeSec, stat.mtimeNsec) }, AT_SYMLINK_NOFOLLOW);
}

function giveToRoot(dirfd: number, name: string | Uint8Array, { mode }: FileStat): void {
  const capability = (mode & S_IFMT) === S_IFREG ? withFile(dirfd, name, readCapability) : undefined;
  fchownAt(dirfd, name, 0, 0, AT_SYMLINK_NOFOLLOW);
  if ((mode & S_IFMT) === S_IFLNK) return;
  if ((mode & SPECIAL_BITS) !== 0) fchmodAt(dirfd, name, mode & 0o7777);
  if (capability !== undefined) withFile(dirfd, name, (fd) => setXattr(fd, CAPABILITY, capability));
}

function readCapability(fd: number): Uint8Array | undefined {
  return getXattr(fd, CAPABILITY);
}

function nanoseconds(seconds: number, rest: number): bigint {
  return BigInt(seconds) * 1_000_000_000n + BigInt(rest);
}

function withFolder<T>(dirfd: number, name: string | Uint8Array, section: (fd: number) => T): T {
  return withOpen(openAt(dirfd, name, O_RDONLY | O_DIRECTORY | O_NOFOLLOW), section);
}

function withFile<T>(dirfd: number, name: string | Uint8Array, section: (fd: number) => T): T {
  return withOpen(openAt(dirfd, name, O_RDONLY | O_NOFOLLOW), section);
}

function withOpen<T>(fd: number, section: (fd: number) => T): T {
  try {
    return section(fd);
  } finally {
    closeFd(fd);
  }
}
