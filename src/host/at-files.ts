import { ptr } from "bun:ffi";
import { cPath, cPath2 } from "./c-string.ts";
import { AT_EMPTY_PATH, O_CLOEXEC } from "./constants.ts";
import { lastErrno, libc } from "./libc.ts";
import { type BytePath, Errno, syscallError, throwErrno } from "./syscall-error.ts";

/** openat(2), always with O_CLOEXEC; the new file descriptor. */
export function openAt(dirfd: number, path: BytePath, flags: number, mode = 0): number {
  for (;;) {
    const fd = libc().openat(dirfd, cPath(path), flags | O_CLOEXEC, mode);
    if (fd >= 0) return fd;
    const errno = lastErrno();
    if (errno !== Errno.EINTR) throw syscallError("open", path, errno);
  }
}

/** mkdirat(2). */
export function mkdirAt(dirfd: number, path: BytePath, mode: number): void {
  if (libc().mkdirat(dirfd, cPath(path), mode) < 0) throwErrno("mkdir", path);
}

/** mknodat(2): a device, a FIFO, a socket or an empty file, by the type bits of `mode`; `dev` from {@link makedev}. */
export function mknodAt(dirfd: number, path: BytePath, mode: number, dev = 0): void {
  if (libc().mknodat(dirfd, cPath(path), mode, dev) < 0) throwErrno("mknod", path);
}

/** symlinkat(2): makes `path` a link that reads `target`. */
export function symlinkAt(target: BytePath, dirfd: number, path: BytePath): void {
  if (libc().symlinkat(cPath(target), dirfd, cPath2(path)) < 0) throwErrno("symlink", path);
}

/** linkat(2) with no flag: never follows a symbolic link at `oldPath`. */
export function linkAt(oldDirfd: number, oldPath: BytePath, newDirfd: number, newPath: BytePath): void {
  if (libc().linkat(oldDirfd, cPath(oldPath), newDirfd, cPath2(newPath), 0) < 0) throwErrno("link", newPath);
}

/** unlinkat(2); AT_REMOVEDIR removes an empty folder. */
export function unlinkAt(dirfd: number, path: BytePath, flags = 0): void {
  if (libc().unlinkat(dirfd, cPath(path), flags) < 0) throwErrno("unlink", path);
}

/** renameat2(2). */
export function renameAt2(
  oldDirfd: number,
  oldPath: BytePath,
  newDirfd: number,
  newPath: BytePath,
  flags = 0,
): void {
  if (libc().renameat2(oldDirfd, cPath(oldPath), newDirfd, cPath2(newPath), flags) < 0) {
    throwErrno("rename", newPath);
  }
}

const linkBuffer = new Uint8Array(4096);

/** readlinkat(2): the bytes of the link (a fresh copy); an empty path reads the O_PATH descriptor itself. */
export function readlinkAt(dirfd: number, path: BytePath): Uint8Array {
  const length = libc().readlinkat(dirfd, cPath(path), ptr(linkBuffer), linkBuffer.length);
  if (length < 0) throwErrno("readlink", path);
  return linkBuffer.slice(0, Number(length));
}

/** fchownat(2); an id of 2^32-1 leaves that id as it is. */
export function fchownAt(dirfd: number, path: BytePath, uid: number, gid: number, flags = 0): void {
  if (libc().fchownat(dirfd, cPath(path), uid, gid, flags) < 0) throwErrno("chown", path);
}

/** Changes the owner of an open file. */
export function fchown(fd: number, uid: number, gid: number): void {
  fchownAt(fd, "", uid, gid, AT_EMPTY_PATH);
}

/** fchmod(2). */
export function fchmod(fd: number, mode: number): void {
  if (libc().fchmod(fd, mode) < 0) throwErrno("chmod", fd);
}

/** fchmodat(3); follows a symbolic link unless AT_SYMLINK_NOFOLLOW is given, which fails with ENOTSUP on a link. */
export function fchmodAt(dirfd: number, path: BytePath, mode: number, flags = 0): void {
  if (libc().fchmodat(dirfd, cPath(path), mode, flags) < 0) throwErrno("chmod", path);
}

/** Times to set, in nanoseconds since the epoch; a time left out stays as it is. */
export interface FileTimes {
  readonly atimeNs?: bigint;
  readonly mtimeNs?: bigint;
}

const UTIME_OMIT = 0x3ffffffen;
const PER_SECOND = 1_000_000_000n;
const times = new BigInt64Array(4);

/** utimensat(2). With an empty path and AT_EMPTY_PATH the open file itself (Linux 5.8). */
export function utimensAt(dirfd: number, path: BytePath, { atimeNs, mtimeNs }: FileTimes, flags = 0): void {
  putTime(0, atimeNs);
  putTime(2, mtimeNs);
  if (libc().utimensat(dirfd, cPath(path), ptr(times), flags) < 0) throwErrno("utimens", path);
}

function putTime(at: number, ns: bigint | undefined): void {
  if (ns === undefined) {
    times[at] = 0n;
    times[at + 1] = UTIME_OMIT;
    return;
  }
  let rest = ns % PER_SECOND;
  if (rest < 0n) rest += PER_SECOND;
  times[at] = (ns - rest) / PER_SECOND;
  times[at + 1] = rest;
}
