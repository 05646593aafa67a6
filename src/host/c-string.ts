import { type Pointer, ptr } from "bun:ffi";
import { type BytePath, Errno, syscallError } from "./syscall-error.ts";

const SIZE = 4096;
const encoder = new TextEncoder();
const first = new Uint8Array(SIZE);
const second = new Uint8Array(SIZE);
let firstAddress: Pointer | undefined;
let secondAddress: Pointer | undefined;

/** The address of `path` with its final NUL; valid until the next call of this function. */
export function cPath(path: BytePath): Pointer {
  firstAddress ??= ptr(first);
  fill(first, path);
  return firstAddress;
}

/** As {@link cPath}, in a second place, for calls with two paths. */
export function cPath2(path: BytePath): Pointer {
  secondAddress ??= ptr(second);
  fill(second, path);
  return secondAddress;
}

/** A NUL-terminated copy of `text`, of any length. */
export function cString(text: BytePath): Uint8Array {
  const bytes = typeof text === "string" ? encoder.encode(text) : text;
  if (bytes.includes(0)) throw syscallError("path", text, Errno.EINVAL);
  const copy = new Uint8Array(bytes.length + 1);
  copy.set(bytes);
  return copy;
}

function fill(target: Uint8Array, path: BytePath): void {
  if (typeof path === "string") {
    if (path.includes("\0")) throw syscallError("path", path, Errno.EINVAL);
    const { read, written } = encoder.encodeInto(path, target);
    if (read < path.length || written >= SIZE) throw syscallError("path", path, Errno.ENAMETOOLONG);
    target[written] = 0;
    return;
  }
  if (path.length >= SIZE) throw syscallError("path", path, Errno.ENAMETOOLONG);
  if (path.includes(0)) throw syscallError("path", path, Errno.EINVAL);
  target.set(path);
  target[path.length] = 0;
}
