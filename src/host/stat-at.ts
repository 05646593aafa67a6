import { type Pointer, ptr } from "bun:ffi";
import { cPath } from "./c-string.ts";
import { AT_SYMLINK_NOFOLLOW } from "./constants.ts";
import { makedev } from "./device.ts";
import { lastErrno, libc } from "./libc.ts";
import { type BytePath, Errno, syscallError } from "./syscall-error.ts";

/** What the kernel knows of a file. */
export interface FileStat {
  /** Type and permission bits. */
  readonly mode: number;
  readonly uid: number;
  readonly gid: number;
  /** Bytes. */
  readonly size: number;
  readonly mtimeSec: number;
  readonly mtimeNsec: number;
  readonly ctimeSec: number;
  readonly ctimeNsec: number;
  readonly nlink: number;
  /** All 64 bits: overlay uses the high ones. */
  readonly ino: bigint;
  /** The device that holds the file, as {@link makedev} builds it. */
  readonly dev: number;
  readonly rdevMajor: number;
  readonly rdevMinor: number;
  /** Units of 512 bytes really allocated. */
  readonly blocks: number;
  readonly mountId: number;
}

// STATX_BASIC_STATS | STATX_MNT_ID
const MASK = 0x7ff | 0x1000;
const raw = new Uint8Array(256);
const view = new DataView(raw.buffer);
let address: Pointer | undefined;

/** statx(2); does not follow symbolic links unless `flags` is given without AT_SYMLINK_NOFOLLOW. */
export function statAt(dirfd: number, path: BytePath, flags = AT_SYMLINK_NOFOLLOW): FileStat {
  const errno = statx(dirfd, path, flags);
  if (errno !== 0) throw syscallError("stat", path, errno);
  return toFileStat();
}

/** As {@link statAt}; undefined when there is no such file (ENOENT, ENOTDIR). */
export function statAtIfExists(
  dirfd: number,
  path: BytePath,
  flags = AT_SYMLINK_NOFOLLOW,
): FileStat | undefined {
  const errno = statx(dirfd, path, flags);
  if (errno === Errno.ENOENT || errno === Errno.ENOTDIR) return undefined;
  if (errno !== 0) throw syscallError("stat", path, errno);
  return toFileStat();
}

function statx(dirfd: number, path: BytePath, flags: number): number {
  address ??= ptr(raw);
  return libc().statx(dirfd, cPath(path), flags, MASK, address) < 0 ? lastErrno() : 0;
}

function toFileStat(): FileStat {
  return {
    mode: view.getUint16(28, true),
    uid: view.getUint32(20, true),
    gid: view.getUint32(24, true),
    size: wide(40),
    mtimeSec: view.getUint32(112, true) + view.getInt32(116, true) * 2 ** 32,
    mtimeNsec: view.getUint32(120, true),
    ctimeSec: view.getUint32(96, true) + view.getInt32(100, true) * 2 ** 32,
    ctimeNsec: view.getUint32(104, true),
    nlink: view.getUint32(16, true),
    ino: view.getBigUint64(32, true),
    dev: makedev(view.getUint32(136, true), view.getUint32(140, true)),
    rdevMajor: view.getUint32(128, true),
    rdevMinor: view.getUint32(132, true),
    blocks: wide(48),
    mountId: wide(144),
  };
}

function wide(at: number): number {
  return view.getUint32(at, true) + view.getUint32(at + 4, true) * 2 ** 32;
}
