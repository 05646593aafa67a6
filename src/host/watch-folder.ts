import { cPath } from "./c-string.ts";
import { O_CLOEXEC, O_NONBLOCK } from "./constants.ts";
import { closeFd, readAvailable } from "./file-io.ts";
import { lastErrno, libc } from "./libc.ts";
import { syscallError, throwErrno } from "./syscall-error.ts";
import { waitReadable } from "./wait-readable.ts";

/** A watch on the names in one folder. */
export interface FolderWatch {
  /**
   * Resolves when a file was written, moved in or removed since the watch began or the last call resolved, and after
   * {@link FolderWatch.close}. A change between two calls is not lost.
   */
  changed(): Promise<void>;
  /** Idempotent. */
  close(): void;
}

// The kernel frees a watch 5 to 20 ms after it was removed (SRCU), and closing the descriptor waits for that.
const FORGOTTEN_MS = 100;

const IN_MODIFY = 0x2;
const IN_CLOSE_WRITE = 0x8;
const IN_MOVED_TO = 0x80;
const IN_DELETE = 0x200;
const IN_ONLYDIR = 0x1000000;
const EVENTS = IN_CLOSE_WRITE | IN_MOVED_TO | IN_DELETE | IN_ONLYDIR;

/** What a watch tells of beside names and closed files. */
export interface WatchOptions {
  /** Every write to a file, too. */
  readonly writes?: boolean;
}

/** Watches a folder with inotify(7), without polling and without holding a thread. */
export function watchFolder(path: string, options: WatchOptions = {}): FolderWatch {
  const fd = libc().inotify_init1(O_CLOEXEC | O_NONBLOCK);
  if (fd < 0) throwErrno("inotify_init");
  const watch = libc().inotify_add_watch(fd, cPath(path), EVENTS | (options.writes ? IN_MODIFY : 0));
  if (watch < 0) {
    const errno = lastErrno();
    closeFd(fd);
    throw syscallError("inotify_add_watch", path, errno);
  }
  return createWatch(fd, watch);
}

function createWatch(fd: number, watch: number): FolderWatch {
  const buffer = new Uint8Array(4096);
  let open = true;
  let cancel = (): void => {};
  return {
    async changed() {
      if (!open) return;
      const wait = waitReadable(fd);
      cancel = wait.cancel;
      await wait.ready;
      while (open && (readAvailable(fd, buffer) ?? 0) > 0);
    },
    close() {
      if (!open) return;
      open = false;
      cancel();
      libc().inotify_rm_watch(fd, watch);
      setTimeout(() => closeFd(fd), FORGOTTEN_MS).unref();
    },
  };
}
