import { ptr } from "bun:ffi";
import { openAt } from "./at-files.ts";
import { AT_FDCWD, O_PATH } from "./constants.ts";
import { closeFd } from "./file-io.ts";
import { lastErrno, libc } from "./libc.ts";
import { Errno, syscallError, throwErrno } from "./syscall-error.ts";

const AF_UNIX = 1;
const SOCK_SEQPACKET = 5;
const SOCK_NONBLOCK = 0o4000;
const SOCK_CLOEXEC = 0o2000000;
const SHUT_WR = 1;
const ADDRESS_SIZE = 110;

/** Connects to the SOCK_SEQPACKET socket at `path` (of any length); a close-on-exec descriptor. */
export function connectSeqpacket(path: string, options: { readonly nonBlocking?: boolean } = {}): number {
  const c = libc();
  const type = SOCK_SEQPACKET | SOCK_CLOEXEC | (options.nonBlocking ? SOCK_NONBLOCK : 0);
  // An address holds 108 bytes; the descriptor's name is always short enough.
  const node = openAt(AT_FDCWD, path, O_PATH);
  try {
    const fd = c.socket(AF_UNIX, type, 0);
    if (fd < 0) throwErrno("socket", path);
    const address = new Uint8Array(ADDRESS_SIZE);
    new DataView(address.buffer).setUint16(0, AF_UNIX, true);
    const { written } = new TextEncoder().encodeInto(`/proc/self/fd/${node}`, address.subarray(2));
    if (c.connect(fd, ptr(address), written + 3) < 0) {
      const errno = lastErrno();
      closeFd(fd);
      throw syscallError("connect", path, errno);
    }
    return fd;
  } finally {
    closeFd(node);
  }
}

/** Tells the other end that nothing more will be written (shutdown(2) with SHUT_WR). */
export function shutdownWrite(fd: number): void {
  if (libc().shutdown(fd, SHUT_WR) < 0) throwErrno("shutdown", fd);
}

const MSG_DONTWAIT = 0x40;
const MSG_NOSIGNAL = 0x4000;

/** Takes one packet if there is one: its length, 0 at the end of the stream, undefined when none has come yet. */
export function receivePacket(fd: number, buffer: Uint8Array): number | undefined {
  for (;;) {
    const length = Number(libc().recv(fd, ptr(buffer), buffer.length, MSG_DONTWAIT));
    if (length >= 0) return length;
    const errno = lastErrno();
    if (errno === Errno.EAGAIN) return undefined;
    if (errno !== Errno.EINTR) throw syscallError("recv", fd, errno);
  }
}

/** Sends one packet whole; false when the other end has no room for it now. */
export function sendPacket(fd: number, packet: Uint8Array): boolean {
  for (;;) {
    const length = libc().send(fd, ptr(packet), packet.length, MSG_DONTWAIT | MSG_NOSIGNAL);
    if (length >= 0) return true;
    const errno = lastErrno();
    if (errno === Errno.EAGAIN) return false;
    if (errno !== Errno.EINTR) throw syscallError("send", fd, errno);
  }
}
