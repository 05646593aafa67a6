import { toByteString, toText, type Xattr } from "../archive/index.ts";
import {
  AT_EMPTY_PATH,
  AT_FDCWD,
  AT_SYMLINK_NOFOLLOW,
  type BytePath,
  getXattr,
  isErrno,
  listXattr,
  setXattr,
  utimensAt,
  type XattrTarget,
} from "../host/index.ts";

/** Sets both times of a file; out-of-range times become the epoch, as in Docker. */
export function setTimes(target: BytePath | number, seconds: number, nanoseconds: number): void {
  const inRange = seconds >= 0 && seconds < 2 ** 33;
  const ns = inRange ? BigInt(seconds) * 1_000_000_000n + BigInt(nanoseconds) : 0n;
  const times = { atimeNs: ns, mtimeNs: ns };
  if (typeof target === "number") utimensAt(target, "", times, AT_EMPTY_PATH);
  else utimensAt(AT_FDCWD, target, times, AT_SYMLINK_NOFOLLOW);
}

const OVERLAY_OWN = /^(?:trusted|user)\.overlay\./;

/**
 * Sets extended attributes from an archive. Those that steer overlayfs itself are never taken from outside;
 * those that the file system or the kind of file does not have are left out, as in Docker.
 */
export function setXattrs(target: XattrTarget, xattrs: readonly Xattr[]): void {
  for (const { name, value } of xattrs) {
    if (OVERLAY_OWN.test(name)) continue;
    try {
      setXattr(target, toText(name), value);
    } catch (error) {
      if (!isErrno(error, "ENOTSUP", "EOPNOTSUPP", "EPERM", "EINVAL")) throw error;
    }
  }
}

const TRAVELS = /^(?:user\.(?!overlay\.)|security\.capability$)/;

/** The extended attributes that belong to an image's content, sorted: capabilities and `user.*`. */
export function readXattrs(target: XattrTarget): Xattr[] {
  const names = listXattr(target);
  if (names.length === 0) return NO_XATTRS;
  const xattrs: Xattr[] = [];
  for (const name of names.sort()) {
    if (!TRAVELS.test(name) || name.includes("=")) continue;
    const value = getXattr(target, name);
    if (value !== undefined) xattrs.push({ name: toByteString(name), value });
  }
  return xattrs;
}

const NO_XATTRS: Xattr[] = [];
