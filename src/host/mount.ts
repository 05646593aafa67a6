import { type Pointer, ptr } from "bun:ffi";
import { cPath, cPath2, cString } from "./c-string.ts";
import { lastErrno, libc } from "./libc.ts";
import { type BytePath, Errno, syscallError } from "./syscall-error.ts";

/** mount(2). `data` holds the file system's own options, comma-separated. */
export function mount(
  source: BytePath,
  target: BytePath,
  fstype: string | undefined,
  flags: number,
  data?: string,
): void {
  const type = fstype === undefined ? null : pointerOf(cString(fstype));
  const extra = data === undefined ? null : pointerOf(cString(data));
  if (libc().mount(cPath(source), cPath2(target), type, flags, extra) < 0) {
    throw syscallError("mount", target, lastErrno());
  }
}

export interface UnmountOptions {
  /** Take the mount out of sight now and free it when it is no longer in use (MNT_DETACH). */
  readonly detach?: boolean;
}

const MNT_DETACH = 2;
const UMOUNT_NOFOLLOW = 8;

/** umount2(2), never through a symbolic link; false when nothing was mounted there or the path is gone. */
export function unmount(target: BytePath, options: UnmountOptions = {}): boolean {
  const flags = UMOUNT_NOFOLLOW | (options.detach ? MNT_DETACH : 0);
  if (libc().umount2(cPath(target), flags) === 0) return true;
  const errno = lastErrno();
  if (errno === Errno.EINVAL || errno === Errno.ENOENT) return false;
  throw syscallError("unmount", target, errno);
}

// Keeps the last few C strings alive until the call that uses them has returned.
const recent: Uint8Array[] = [];

function pointerOf(text: Uint8Array): Pointer {
  if (recent.length >= 4) recent.shift();
  recent.push(text);
  return ptr(text);
}
