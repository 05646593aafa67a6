import { ptr } from "bun:ffi";
import { O_CLOEXEC } from "./constants.ts";
import { lastErrno, libc } from "./libc.ts";
import { Errno, syscallError, throwErrno } from "./syscall-error.ts";

/** read(2) into `buffer`; the number of bytes, 0 at the end. Repeats after a signal. */
export function readFd(fd: number, buffer: Uint8Array, offset = 0, length = buffer.length - offset): number {
  checkRange(buffer, offset, length);
  if (length === 0) return 0;
  for (;;) {
    const count = Number(libc().read(fd, ptr(buffer, offset), length));
    if (count >= 0) return count;
    failUnlessInterrupted("read", fd);
  }
}

/** write(2); the number of bytes written, which may be less than `length`. Repeats after a signal. */
export function writeFd(fd: number, buffer: Uint8Array, offset = 0, length = buffer.length - offset): number {
  checkRange(buffer, offset, length);
  if (length === 0) return 0;
  for (;;) {
    const count = Number(libc().write(fd, ptr(buffer, offset), length));
    if (count >= 0) return count;
    failUnlessInterrupted("write", fd);
  }
}

/** Writes all of `buffer`; for files and blocking descriptors. */
export function writeAllFd(fd: number, buffer: Uint8Array): void {
  for (let at = 0; at < buffer.length; ) at += writeFd(fd, buffer, at);
}

/** pread(2): reads at `position` without moving the file's own. */
export function preadFd(fd: number, buffer: Uint8Array, position: number): number {
  if (buffer.length === 0) return 0;
  for (;;) {
    const count = Number(libc().pread(fd, ptr(buffer), buffer.length, position));
    if (count >= 0) return count;
    failUnlessInterrupted("pread", fd);
  }
}

/** copy_file_range(2) from and to the current positions; bytes copied, 0 at the end of `input`. Fails with EXDEV, EINVAL or ENOTSUP where the kernel cannot. */
export function copyFileRange(input: number, output: number, length: number): number {
  for (;;) {
    const count = Number(libc().copy_file_range(input, null, output, null, length, 0));
    if (count >= 0) return count;
    failUnlessInterrupted("copy_file_range", output);
  }
}

const FICLONE = 0x40049409;
const ENOTTY = 25;
const CANNOT_CLONE: ReadonlySet<number> = new Set([Errno.EXDEV, Errno.EINVAL, Errno.ENOTSUP, ENOTTY]);

/** Makes `output` share all blocks of `input` (FICLONE); false where the file system cannot. */
export function ficlone(input: number, output: number): boolean {
  if (libc().ioctl(output, FICLONE, input) === 0) return true;
  const errno = lastErrno();
  if (CANNOT_CLONE.has(errno)) return false;
  throw syscallError("ficlone", output, errno);
}

/** fallocate(2). */
export function fallocate(fd: number, mode: number, offset: number, length: number): void {
  if (libc().fallocate(fd, mode, offset, length) < 0) throwErrno("fallocate", fd);
}

/** ftruncate(2). */
export function ftruncate(fd: number, length: number): void {
  if (libc().ftruncate(fd, length) < 0) throwErrno("truncate", fd);
}

/** lseek(2); the new position. SEEK_DATA past the last data fails with ENXIO. */
export function lseek(fd: number, offset: number, whence: number): number {
  const position = Number(libc().lseek(fd, offset, whence));
  if (position < 0) throwErrno("lseek", fd);
  return position;
}

/** close(2). */
export function closeFd(fd: number): void {
  if (libc().close(fd) < 0) throwErrno("close", fd);
}

/** fsync(2). */
export function fsync(fd: number): void {
  if (libc().fsync(fd) < 0) throwErrno("fsync", fd);
}

/** syncfs(2): everything of the file system that holds `fd`. */
export function syncFs(fd: number): void {
  if (libc().syncfs(fd) < 0) throwErrno("syncfs", fd);
}

const SYNC_FILE_RANGE_WRITE = 2;

/** Starts write-back of the file's dirty pages and does not wait for it. */
export function syncFileRange(fd: number, offset = 0, length = 0): void {
  if (libc().sync_file_range(fd, offset, length, SYNC_FILE_RANGE_WRITE) < 0) {
    throwErrno("sync_file_range", fd);
  }
}

/** As {@link readFd} on a non-blocking descriptor; undefined when there is nothing to read yet. */
export function readAvailable(fd: number, buffer: Uint8Array): number | undefined {
  for (;;) {
    const count = Number(libc().read(fd, ptr(buffer), buffer.length));
    if (count >= 0) return count;
    const errno = lastErrno();
    if (errno === Errno.EAGAIN) return undefined;
    if (errno !== Errno.EINTR) throw syscallError("read", fd, errno);
  }
}

/** The descriptors of a new pipe, [read end, write end], both close-on-exec. */
export function openPipe(): readonly [number, number] {
  const fds = new Int32Array(2);
  if (libc().pipe2(ptr(fds), O_CLOEXEC) < 0) throwErrno("pipe");
  return [fds[0] ?? -1, fds[1] ?? -1];
}

function failUnlessInterrupted(name: string, fd: number): void {
  const errno = lastErrno();
  if (errno !== Errno.EINTR) throw syscallError(name, fd, errno);
}

function checkRange(buffer: Uint8Array, offset: number, length: number): void {
  if (offset < 0 || length < 0 || offset + length > buffer.length) {
    throw new RangeError(`range ${offset}+${length} is outside of a buffer of ${buffer.length} bytes`);
  }
}
