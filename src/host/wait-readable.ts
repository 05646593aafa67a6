import { closeFd, duplicate } from "./file-io.ts";

/** A wait for a descriptor that can be given up. */
export interface ReadableWait {
  /** Resolves once, when `read` would not block (data, the end, or an error) or after {@link ReadableWait.cancel}. */
  readonly ready: Promise<void>;
  cancel(): void;
}

/**
 * Waits until `fd` can be read, without polling and without holding a thread. Nothing is read from it; it becomes
 * non-blocking. For anything that epoll(7) takes and that is no socket: pipes, pidfds, inotify, eventfd, epoll.
 *
 * Bun's event loop is given a copy of the descriptor as if it were a socket. When it becomes readable Bun calls
 * recv(), which fails on a descriptor that is none, and Bun closes the copy: that is the wake-up.
 */
export function waitReadable(fd: number): ReadableWait {
  const { promise: ready, resolve } = Promise.withResolvers<void>();
  let cancelled = false;
  let stop = (): void => {};
  watch(duplicate(fd), () => resolve()).then(
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
