import { ptr } from "bun:ffi";
import { closeFd } from "./file-io.ts";
import { libc } from "./libc.ts";
import { throwErrno } from "./syscall-error.ts";

/** A wait for a descriptor that can be given up. */
export interface ReadableWait {
  /** Resolves once, when `read` would not block (data, the end, or an error) or after {@link ReadableWait.cancel}. */
  readonly ready: Promise<void>;
  cancel(): void;
}

/**
 * Waits until `fd` can be read, without polling and without holding a thread. Nothing is read from it; it
 * must stay open until then. For anything that epoll(7) takes: pipes, pidfds, inotify, eventfd, epoll, sockets.
 *
 * Bun's event loop is given an epoll descriptor as if it were a socket. When it becomes readable Bun calls recv(),
 * which fails on a descriptor that is none, and Bun closes it: that is the wake-up. The epoll descriptor stands for
 * `fd` because that loop would spin on a pipe whose writers are gone, which is hung up but has no data.
 */
export function waitReadable(fd: number): ReadableWait {
  const { promise: ready, resolve } = Promise.withResolvers<void>();
  let cancelled = false;
  let stop = (): void => {};
  watch(openEpoll(fd), () => resolve()).then(
    (close) => {
      stop = close;
      if (cancelled) close();
    },
    () => resolve(),
  );
  return {
    ready,
    cancel() {
      cancelled = true;
      stop();
      resolve();
    },
  };
}

const EPOLL_CLOEXEC = 0o2000000;
const EPOLL_CTL_ADD = 1;
const EPOLLIN = 1;
/** `struct epoll_event`: 12 bytes, or 16 where it is aligned. */
const EVENT = new Uint32Array([EPOLLIN, 0, 0, 0]);

function openEpoll(fd: number): number {
  const epoll = libc().epoll_create1(EPOLL_CLOEXEC);
  if (epoll < 0) throwErrno("epoll_create1", undefined);
  if (libc().epoll_ctl(epoll, EPOLL_CTL_ADD, fd, ptr(EVENT)) === 0) return epoll;
  try {
    return throwErrno("epoll_ctl", fd);
  } finally {
    closeFd(epoll);
  }
}

async function watch(fd: number, wake: () => void): Promise<() => void> {
  let open = true;
  const ended = (): void => {
    open = false;
    wake();
  };
  const options = { fd, socket: { data: wake, close: ended, end: wake, error: wake } };
  try {
    // The types know the option for Unix sockets and addresses only.
    const socket = await Bun.connect(options as unknown as Bun.UnixSocketOptions<undefined>);
    return () => {
      if (open) socket.terminate();
    };
  } catch (error) {
    closeFd(fd);
    throw error;
  }
}
