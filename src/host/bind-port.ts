import { ptr } from "bun:ffi";
import { O_CLOEXEC } from "./constants.ts";
import { closeFd } from "./file-io.ts";
import { lastErrno, libc } from "./libc.ts";
import { syscallError } from "./syscall-error.ts";

/** Transports that have ports. */
export type Transport = "tcp" | "udp" | "sctp";

const AF_INET = 2;
const AF_INET6 = 10;
const SOCK_STREAM = 1;
const SOCK_DGRAM = 2;
const IPPROTO_SCTP = 132;
const SOL_SOCKET = 1;
const SO_REUSEADDR = 2;
const IPPROTO_IPV6 = 41;
const IPV6_V6ONLY = 26;
const BACKLOG = 16;

/**
 * Takes a port of this host, so that no other process can: the descriptor of a socket that nobody answers. `address`
 * has 4 or 16 bytes. Throws with the errno of bind(2) or listen(2) when the port cannot be had.
 */
export function bindPort(transport: Transport, address: Uint8Array, port: number): number {
  const calls = libc();
  const isIpv6 = address.length === 16;
  const type = transport === "udp" ? SOCK_DGRAM : SOCK_STREAM;
  const fd = calls.socket(
    isIpv6 ? AF_INET6 : AF_INET,
    type | O_CLOEXEC,
    transport === "sctp" ? IPPROTO_SCTP : 0,
  );
  if (fd < 0) throw syscallError("socket", undefined, lastErrno());
  try {
    // Else the IPv6 socket would take the IPv4 port too.
    const only = Int32Array.of(1);
    if (isIpv6) calls.setsockopt(fd, IPPROTO_IPV6, IPV6_V6ONLY, ptr(only), 4);
    // A server that ended a moment ago leaves connections behind, which are nobody's; one that listens is still in the way.
    if (transport === "tcp") calls.setsockopt(fd, SOL_SOCKET, SO_REUSEADDR, ptr(only), 4);
    const name = socketAddress(address, port);
    if (calls.bind(fd, ptr(name), name.length) < 0) throw syscallError("bind", fd, lastErrno());
    if (transport !== "udp" && calls.listen(fd, BACKLOG) < 0) throw syscallError("listen", fd, lastErrno());
    return fd;
  } catch (error) {
    closeFd(fd);
    throw error;
  }
}

/** `struct sockaddr_in` or `sockaddr_in6`. */
function socketAddress(address: Uint8Array, port: number): Uint8Array {
  const bytes = new Uint8Array(address.length === 16 ? 28 : 16);
  const view = new DataView(bytes.buffer);
  view.setUint16(0, address.length === 16 ? AF_INET6 : AF_INET, true);
  view.setUint16(2, port);
  bytes.set(address, address.length === 16 ? 8 : 4);
  return bytes;
}
