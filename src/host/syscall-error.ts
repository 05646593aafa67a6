import { constants } from "node:os";
import { EngineError, errnoOf } from "../base/index.ts";
import { lastErrno, libc } from "./libc.ts";

/** A file name as the kernel has it: bytes, which need not be UTF-8; a string stands for its UTF-8. */
export type BytePath = string | Uint8Array;

/** Numbers of the errors that `host` itself tells apart (the same on x64 and arm64). */
export const Errno = {
  ENOENT: 2,
  EINTR: 4,
  EAGAIN: 11,
  EXDEV: 18,
  ENOTDIR: 20,
  EINVAL: 22,
  ERANGE: 34,
  ENAMETOOLONG: 36,
  ENOSYS: 38,
  ENODATA: 61,
  ENOTSUP: 95,
} as const;

// Where two names share a number, the one Node reports.
const PREFERRED = new Map<number, string>([
  [Errno.EAGAIN, "EAGAIN"],
  [Errno.ENOTSUP, "ENOTSUP"],
  [35, "EDEADLK"],
]);

let names: Map<number, string> | undefined;

/** The name (`ENOENT`) of an errno number. */
export function errnoName(errno: number): string {
  names ??= new Map(Object.entries(constants.errno).map(([name, number]) => [number, name]));
  return PREFERRED.get(errno) ?? names.get(errno) ?? `E${errno}`;
}

/** Throws the {@link SyscallError} of the libc call made just before. */
export function throwErrno(syscall: string, path?: BytePath | number): never {
  throw syscallError(syscall, path, lastErrno());
}

/** The error of a failed kernel call, in Go's words: `open /x: no such file or directory`. */
export function syscallError(
  syscall: string,
  path: BytePath | number | undefined,
  errno: number,
  detail?: string,
): SyscallError {
  const text = String(libc().strerror(errno));
  const reason = text.charAt(0).toLowerCase() + text.slice(1);
  const subject = path === undefined ? "" : ` ${displayPath(path)}`;
  const more = detail === undefined ? "" : `: ${detail}`;
  return new SyscallError(`${syscall}${subject}: ${reason}${more}`, syscall, errno);
}

/** True when `error` is a failed call with that errno name. */
export function isErrno(error: unknown, ...codes: readonly string[]): boolean {
  const code = errnoOf(error);
  return code !== undefined && codes.includes(code);
}

function displayPath(path: BytePath | number): string {
  if (typeof path === "number") return `fd ${path}`;
  return typeof path === "string" ? path : Buffer.from(path).toString();
}

/** A failed kernel call; `code` is the errno name, so `errnoOf` reads it. */
export class SyscallError extends EngineError {
  readonly code: string;
  readonly errno: number;
  readonly syscall: string;

  constructor(message: string, syscall: string, errno: number) {
    const code = errnoName(errno);
    super("internal", message, { cause: { code, errno, syscall } });
    this.name = "SyscallError";
    this.code = code;
    this.errno = errno;
    this.syscall = syscall;
  }
}
