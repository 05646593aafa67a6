import { isErrno, type Lock, tryLock } from "../../host/index.ts";

/** Locks a cache that nobody uses; undefined when somebody does, or it is gone. */
export function tryCacheLock(path: string): Lock | undefined {
  try {
    return tryLock(path);
  } catch (error) {
    // Its folder was removed.
    if (isErrno(error, "ENOENT")) return undefined;
    throw error;
  }
}
