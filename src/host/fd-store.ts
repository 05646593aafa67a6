import { ptr } from "bun:ffi";
import { closeFd } from "./file-io.ts";
import { lastErrno, libc } from "./libc.ts";
import { Errno, syscallError, throwErrno } from "./syscall-error.ts";

/**
 * The two ends of a connected pair of Unix sockets. Descriptors that were put into it stay open, in flight, as long as
 * some process holds `out`, and cost that process none of its own numbers.
 */
export interface FdStore {
  readonly in: number;
  readonly out: number;
}

/** An open descriptor with the name that it is known by. */
export interface NamedFd {
  readonly name: string;
  readonly fd: number;
}

const AF_UNIX = 1;
const SOCK_SEQPACKET = 5;
const SOCK_CLOEXEC = 0o2000000;
const SOL_SOCKET = 1;
const SCM_RIGHTS = 1;
const SO_SNDBUFFORCE = 32;
const MSG_DONTWAIT = 0x40;
const MSG_NOSIGNAL = 0x4000;
const MSG_CMSG_CLOEXEC = 0x40000000;
/** Room for every port that a machine has. */
const CAPACITY = 64 * 1024 * 1024;
const LONGEST_NAME = 256;

/** An empty store; its ends are close-on-exec. */
export function openFdStore(): FdStore {
  const ends = new Int32Array(2);
  if (libc().socketpair(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC, 0, ptr(ends)) < 0) throwErrno("socketpair");
  const [input = -1, output = -1] = ends;
  // Without the right to it, the usual size holds some 250 descriptors.
  libc().setsockopt(input, SOL_SOCKET, SO_SNDBUFFORCE, ptr(Int32Array.of(CAPACITY)), 4);
  return { in: input, out: output };
}

/** Closes this process's ends of the store. */
export function closeFdStore(store: FdStore): void {
  closeFd(store.in);
  closeFd(store.out);
}

/** Puts a copy of a descriptor into the store; the caller's own stays open. Throws EAGAIN when the store is full. */
export function putFd({ in: end }: FdStore, { name, fd }: NamedFd): void {
  const bytes = new TextEncoder().encode(name);
  const message = toMessage(bytes);
  message.control.setUint32(CMSG_HEADER, fd, true);
  for (;;) {
    if (Number(libc().sendmsg(end, ptr(message.header), MSG_DONTWAIT | MSG_NOSIGNAL)) >= 0) return;
    const errno = lastErrno();
    if (errno !== Errno.EINTR) throw syscallError("sendmsg", name, errno);
  }
}

/** Takes everything out of the store; the caller closes the descriptors. */
export function takeFds({ out: end }: FdStore): NamedFd[] {
  const taken: NamedFd[] = [];
  for (;;) {
    const name = new Uint8Array(LONGEST_NAME);
    const message = toMessage(name);
    const length = Number(libc().recvmsg(end, ptr(message.header), MSG_DONTWAIT | MSG_CMSG_CLOEXEC));
    if (length > 0) {
      const fd = message.control.getUint32(CMSG_HEADER, true);
      taken.push({ name: new TextDecoder().decode(name.subarray(0, length)), fd });
      continue;
    }
    const errno = length === 0 ? Errno.EAGAIN : lastErrno();
    if (errno === Errno.EAGAIN) return taken;
    if (errno === Errno.EINTR) continue;
    for (const { fd } of taken) closeFd(fd);
    throw syscallError("recvmsg", end, errno);
  }
}

const CMSG_HEADER = 16;

/** `struct msghdr` with one `struct iovec` for `name` and one `struct cmsghdr` for one descriptor. */
function toMessage(name: Uint8Array) {
  const buffer = new DataView(new ArrayBuffer(CMSG_HEADER + 8));
  buffer.setBigUint64(0, BigInt(CMSG_HEADER + 4), true);
  buffer.setInt32(8, SOL_SOCKET, true);
  buffer.setInt32(12, SCM_RIGHTS, true);
  const vector = BigUint64Array.of(BigInt(ptr(name)), BigInt(name.length));
  const control = new Uint8Array(buffer.buffer);
  const header = BigUint64Array.of(
    0n,
    0n,
    BigInt(ptr(vector)),
    1n,
    BigInt(ptr(control)),
    BigInt(control.length),
    0n,
  );
  return { header, vector, name, control: buffer };
}
