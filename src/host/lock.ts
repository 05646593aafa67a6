import { fstatSync, rmSync, statSync } from "node:fs";
import { EngineError, throwIfAborted } from "../base/index.ts";
import { openAt } from "./at-files.ts";
import { AT_FDCWD, O_CREAT, O_RDWR } from "./constants.ts";
import { closeFd } from "./file-io.ts";
import { lastErrno, libc } from "./libc.ts";
import { Errno, syscallError } from "./syscall-error.ts";

/** A held lock; it ends with {@link Lock.release} or with the process, whichever is first. */
export interface Lock {
  /** The open file; a child that is given it holds the lock too, until it closes it. */
  readonly fd: number;
  /** Idempotent. */
  release(): void;
}

export interface LockOptions {
  /** Any number of shared holders exclude an exclusive one; exclusive if not given. */
  readonly shared?: boolean;
  /** The file is only there for this lock: it goes with the exclusive holder. Then all who take it must say so. */
  readonly transient?: boolean;
}

/** How {@link acquireLock} waits. */
export interface LockWait {
  readonly signal?: AbortSignal;
  /** Called when another holds the lock, before the wait. */
  readonly onWait?: (() => void) | undefined;
}

const LOCK_SH = 1;
const LOCK_EX = 2;
const LOCK_NB = 4;

/** Takes the advisory lock (flock(2)) on the file `path`, made if needed; undefined when another holds it. */
export function tryLock(path: string, options: LockOptions = {}): Lock | undefined {
  const fd = openAt(AT_FDCWD, path, O_RDWR | O_CREAT, 0o600);
  if (tryFlock(fd, path, options)) {
    if (!options.transient) return createLock(fd);
    if (isAt(fd, path)) return createLock(fd, path);
  }
  closeFd(fd);
  return undefined;
}

/** As {@link tryLock}, but waits for its turn; aborting `signal` ends the wait with an error of kind `cancelled`. */
export async function acquireLock(path: string, options: LockOptions & LockWait = {}): Promise<Lock> {
  for (;;) {
    throwIfAborted(options);
    const fd = openAt(AT_FDCWD, path, O_RDWR | O_CREAT, 0o600);
    try {
      if (!tryFlock(fd, path, options)) {
        options.onWait?.();
        await waitForTurn(fd, path, options);
      }
    } catch (error) {
      closeFd(fd);
      throw error;
    }
    if (!options.transient) return createLock(fd);
    if (isAt(fd, path)) return createLock(fd, path);
    closeFd(fd);
  }
}

/** False when the holder before took the file away, so that the next one locks another. */
function isAt(fd: number, path: string): boolean {
  return statSync(path, { throwIfNoEntry: false })?.ino === fstatSync(fd).ino;
}

function tryFlock(fd: number, path: string, options: LockOptions): boolean {
  const mode = (options.shared ? LOCK_SH : LOCK_EX) | LOCK_NB;
  for (;;) {
    if (libc().flock(fd, mode) === 0) return true;
    const errno = lastErrno();
    if (errno === Errno.EAGAIN) return false;
    if (errno !== Errno.EINTR) throw syscallError("flock", path, errno);
  }
}

// The child shares our open file, so the lock it waits for is ours, and our event loop stays free.
async function waitForTurn(
  fd: number,
  path: string,
  options: LockOptions & { readonly signal?: AbortSignal },
): Promise<void> {
  const child = Bun.spawn(["flock", options.shared ? "-s" : "-x", "3"], {
    stdio: ["ignore", "ignore", "ignore", fd],
  });
  const stop = (): void => child.kill();
  options.signal?.addEventListener("abort", stop, { once: true });
  try {
    const code = await child.exited;
    throwIfAborted(options);
    if (code !== 0) throw new EngineError("internal", `lock ${path}: flock ended with code ${code}`);
  } finally {
    options.signal?.removeEventListener("abort", stop);
  }
}

function createLock(fd: number, transient?: string): Lock {
  let held = true;
  return {
    fd,
    release() {
      if (!held) return;
      held = false;
      if (transient !== undefined) rmSync(transient, { force: true });
      closeFd(fd);
    },
  };
}
