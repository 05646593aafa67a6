import { type Pointer, ptr } from "bun:ffi";
import { cPath, cPath2 } from "./c-string.ts";
import { lastErrno, libc } from "./libc.ts";
import { type BytePath, Errno, syscallError, throwErrno } from "./syscall-error.ts";

/** A file whose attributes are meant: an open descriptor, or a path. */
export type XattrTarget = number | BytePath;

export interface XattrOptions {
  /** Follow a symbolic link at the end of a path; links themselves are meant if not given. */
  readonly follow?: boolean;
}

const buffer = new Uint8Array(64 * 1024);
let bufferAddress: Pointer | undefined;
const decoder = new TextDecoder();

/** The names of all extended attributes; empty (and cheap: one call) for a file without any or a file system that has none. */
export function listXattr(target: XattrTarget, options: XattrOptions = {}): string[] {
  const length = rawList(target, options.follow === true);
  if (length < 0) {
    const errno = lastErrno();
    if (errno === Errno.ENOTSUP) return [];
    throw syscallError("listxattr", target, errno);
  }
  if (length === 0) return [];
  return decoder.decode(buffer.subarray(0, length - 1)).split("\0");
}

/** The value of one attribute (a fresh copy); undefined when the file does not have it. */
export function getXattr(
  target: XattrTarget,
  name: string,
  options: XattrOptions = {},
): Uint8Array | undefined {
  const length = rawGet(target, name, options.follow === true);
  if (length >= 0) return buffer.slice(0, length);
  const errno = lastErrno();
  if (errno === Errno.ENODATA || errno === Errno.ENOTSUP) return undefined;
  throw syscallError("getxattr", target, errno);
}

/** Sets one attribute, new or not. */
export function setXattr(
  target: XattrTarget,
  name: string,
  value: Uint8Array,
  options: XattrOptions = {},
): void {
  const c = libc();
  const size = value.length;
  const data = size === 0 ? null : ptr(value);
  const key = cPath2(name);
  const result =
    typeof target === "number"
      ? c.fsetxattr(target, key, data, size, 0)
      : options.follow
        ? c.setxattr(cPath(target), key, data, size, 0)
        : c.lsetxattr(cPath(target), key, data, size, 0);
  if (result < 0) throwErrno(`setxattr ${name}`, target);
}

/** Removes one attribute; nothing happens when the file does not have it. */
export function removeXattr(target: XattrTarget, name: string, options: XattrOptions = {}): void {
  const c = libc();
  const key = cPath2(name);
  const result =
    typeof target === "number"
      ? c.fremovexattr(target, key)
      : options.follow
        ? c.removexattr(cPath(target), key)
        : c.lremovexattr(cPath(target), key);
  if (result === 0) return;
  const errno = lastErrno();
  if (errno !== Errno.ENODATA) throw syscallError(`removexattr ${name}`, target, errno);
}

function rawList(target: XattrTarget, follow: boolean): number {
  const c = libc();
  bufferAddress ??= ptr(buffer);
  if (typeof target === "number") return Number(c.flistxattr(target, bufferAddress, buffer.length));
  const path = cPath(target);
  return Number((follow ? c.listxattr : c.llistxattr)(path, bufferAddress, buffer.length));
}

function rawGet(target: XattrTarget, name: string, follow: boolean): number {
  const c = libc();
  bufferAddress ??= ptr(buffer);
  const key = cPath2(name);
  if (typeof target === "number") return Number(c.fgetxattr(target, key, bufferAddress, buffer.length));
  const path = cPath(target);
  return Number((follow ? c.getxattr : c.lgetxattr)(path, key, bufferAddress, buffer.length));
}
