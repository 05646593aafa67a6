import { ptr } from "bun:ffi";
import { cPath } from "./c-string.ts";
import { O_CLOEXEC } from "./constants.ts";
import { lastErrno, libc } from "./libc.ts";
import { type BytePath, Errno, syscallError, throwErrno } from "./syscall-error.ts";

/** Makes `path` the root and the current folder of this whole process. */
export function chroot(path: string): void {
  process.chdir(path);
  if (libc().chroot(cPath(".")) < 0) throwErrno("chroot", path);
  process.chdir("/");
}

/** As {@link chroot}, for an open folder, which need not have a path in this mount namespace. */
export function chrootInto(fd: number): void {
  fchdir(fd);
  if (libc().chroot(cPath(".")) < 0) throwErrno("chroot", fd);
  process.chdir("/");
}

/** fchdir(2): the current folder of this whole process. `process.cwd()` does not learn of it. */
export function fchdir(fd: number): void {
  if (libc().fchdir(fd) < 0) throwErrno("chdir", fd);
}

/** unshare(2): only the calling thread leaves the namespaces named by the CLONE_* flags. */
export function unshare(flags: number): void {
  if (libc().unshare(flags) < 0) throwErrno("unshare");
}

/** setns(2): the calling thread joins the namespace that `fd` (of /proc/PID/ns) names. */
export function setns(fd: number, flags = 0): void {
  if (libc().setns(fd, flags) < 0) throwErrno("setns", fd);
}

const OPENAT2 = 437;
const NO_MAGICLINKS = 0x02;
const IN_ROOT = 0x10;
const HOW_SIZE = 24;
const ATTEMPTS = 100;
const how = new BigUint64Array(3);

/**
 * Opens `path` as if the folder `rootFd` were the root (openat2(2) with RESOLVE_IN_ROOT): neither `..` nor any
 * symbolic link leads out of it. Always with O_CLOEXEC.
 */
export function openIn(rootFd: number, path: BytePath, flags: number, mode = 0): number {
  how[0] = BigInt(flags | O_CLOEXEC);
  how[1] = BigInt(mode);
  how[2] = BigInt(NO_MAGICLINKS | IN_ROOT);
  for (let attempt = 1; ; attempt++) {
    const fd = Number(libc().syscall(OPENAT2, rootFd, cPath(path), ptr(how), HOW_SIZE, 0, 0));
    if (fd >= 0) return fd;
    const errno = lastErrno();
    // EAGAIN: a rename elsewhere made the walk uncertain; the kernel asks for another try.
    const again = errno === Errno.EINTR || errno === Errno.EAGAIN;
    if (!again || attempt >= ATTEMPTS) throw syscallError("open", path, errno);
  }
}
