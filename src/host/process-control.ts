import { libc } from "./libc.ts";
import { throwErrno } from "./syscall-error.ts";

const PR_SET_PDEATHSIG = 1;
const PR_SET_CHILD_SUBREAPER = 36;
const SIGKILL = 9;

/** Has the kernel send `signal` to this process when the thread that started it ends. */
export function setParentDeathSignal(signal = SIGKILL): void {
  if (libc().prctl(PR_SET_PDEATHSIG, signal, 0, 0, 0) < 0) throwErrno("prctl");
}

/** Makes orphaned descendants children of this process (or no longer). */
export function setChildSubreaper(on: boolean): void {
  if (libc().prctl(PR_SET_CHILD_SUBREAPER, on ? 1 : 0, 0, 0, 0) < 0) throwErrno("prctl");
}

/** Sets the file mode creation mask of this process; the one before. */
export function umask(mask: number): number {
  return libc().umask(mask);
}

const F_GETFL = 3;
const F_SETFL = 4;
const O_NONBLOCK = 0o4000;

/** Sets or clears O_NONBLOCK of the open file behind `fd`. */
export function setNonBlocking(fd: number, on: boolean): void {
  const flags = libc().fcntl(fd, F_GETFL, 0);
  if (flags < 0) throwErrno("fcntl", fd);
  const wanted = on ? flags | O_NONBLOCK : flags & ~O_NONBLOCK;
  if (wanted !== flags && libc().fcntl(fd, F_SETFL, wanted) < 0) throwErrno("fcntl", fd);
}
