import { closeFd } from "./file-io.ts";
import { lastErrno, libc } from "./libc.ts";
import { Errno, syscallError, throwErrno } from "./syscall-error.ts";
import { waitReadable } from "./wait-readable.ts";

const PIDFD_SEND_SIGNAL = 424;
const PIDFD_OPEN = 434;
const PIDFD_GETFD = 438;
const ESRCH = 3;
const EBADF = 9;

/** pidfd_open(2): a close-on-exec descriptor that means this process and no later one; undefined when there is none. */
export function openPidfd(pid: number): number | undefined {
  const fd = Number(libc().syscall(PIDFD_OPEN, pid, 0, 0, 0, 0, 0));
  if (fd >= 0) return fd;
  const errno = lastErrno();
  if (errno === ESRCH || errno === Errno.EINVAL) return undefined;
  throw syscallError("pidfd_open", pid, errno);
}

/**
 * pidfd_getfd(2): a close-on-exec copy of the descriptor that has this number in the process of a pidfd; undefined when
 * there is none or the process has ended.
 */
export function pidfdGetFd(pidfd: number, number: number): number | undefined {
  const fd = Number(libc().syscall(PIDFD_GETFD, pidfd, number, 0, 0, 0, 0));
  if (fd >= 0) return fd;
  const errno = lastErrno();
  if (errno === ESRCH || errno === EBADF) return undefined;
  throw syscallError("pidfd_getfd", number, errno);
}

/** Sends a signal to the process of a pidfd; false when it has ended. */
export function pidfdSendSignal(pidfd: number, signal: number): boolean {
  if (libc().syscall(PIDFD_SEND_SIGNAL, pidfd, signal, 0, 0, 0, 0) === 0) return true;
  if (lastErrno() === ESRCH) return false;
  return throwErrno("pidfd_send_signal", pidfd);
}

/**
 * Resolves to true when the process of `pidfd` has ended, without polling and without holding a thread. Takes over
 * the descriptor and closes it. Aborting `signal` ends the wait early: the promise then resolves to false.
 */
export async function waitPidfd(
  pidfd: number,
  options: { readonly signal?: AbortSignal } = {},
): Promise<boolean> {
  const { signal } = options;
  try {
    if (signal?.aborted) return false;
    // A pidfd becomes readable when its process ends.
    const wait = waitReadable(pidfd);
    signal?.addEventListener("abort", wait.cancel, { once: true });
    await wait.ready;
    signal?.removeEventListener("abort", wait.cancel);
    return !signal?.aborted;
  } finally {
    closeFd(pidfd);
  }
}
