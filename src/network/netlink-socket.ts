import { dlopen } from "bun:ffi";
import { EngineError, errnoOf } from "../base/index.ts";
import { closeFd, receivePacket, sendPacket, syscallError } from "../host/index.ts";
import { type NetlinkRequest, toPacket } from "./netlink-message.ts";

/** A reply that is no acknowledgement: its type and what follows the header. */
export interface NetlinkReply {
  readonly type: number;
  readonly body: Uint8Array;
}

/**
 * A connection to the kernel's network configuration (rtnetlink(7)). It belongs to the namespace that the
 * process was in when it was opened, wherever the process goes later.
 */
export interface NetlinkSocket {
  /**
   * Sends the requests as one packet and waits until the kernel has done them all; the replies of those
   * that ask for data. Throws for the first that failed; the others were tried nevertheless.
   */
  request(...requests: readonly NetlinkRequest[]): NetlinkReply[];
  close(): void;
}

const AF_NETLINK = 16;
const SOCK_RAW_CLOEXEC = 3 | 0o2000000;
const NETLINK_ROUTE = 0;
const NLMSG_ERROR = 2;

/** Opens a socket in the network namespace of this thread. */
export function openNetlink(): NetlinkSocket {
  const fd = socket(AF_NETLINK, SOCK_RAW_CLOEXEC, NETLINK_ROUTE);
  if (fd < 0) throw new EngineError("internal", "open a netlink socket: the kernel refused it");
  const buffer = new Uint8Array(32_768);
  let sequence = 1;
  return {
    request(...requests) {
      const first = sequence;
      sequence += requests.length;
      sendPacket(fd, toPacket(requests, first));
      return receive(fd, buffer, { first, requests });
    },
    close: () => closeFd(fd),
  };
}

interface Expected {
  readonly first: number;
  readonly requests: readonly NetlinkRequest[];
}

function receive(fd: number, buffer: Uint8Array, { first, requests }: Expected): NetlinkReply[] {
  const replies: NetlinkReply[] = [];
  const failures: Error[] = [];
  for (let open = requests.length; open > 0; ) {
    // The kernel has answered by the time that send returns: rtnetlink works in the sender's call.
    const length = receivePacket(fd, buffer);
    if (length === undefined) throw new EngineError("internal", "netlink: the kernel did not answer");
    const view = new DataView(buffer.buffer, 0, length);
    for (let at = 0; at + 16 <= length; at += (view.getUint32(at, true) + 3) & ~3) {
      const size = view.getUint32(at, true);
      if (size < 16) throw new EngineError("internal", "netlink: the kernel's answer is malformed");
      const type = view.getUint16(at + 4, true);
      const request = requests[view.getUint32(at + 8, true) - first];
      if (request === undefined) continue;
      open -= 1;
      if (type !== NLMSG_ERROR) replies.push({ type, body: buffer.slice(at + 16, at + size) });
      else failures.push(...failureOf(request, -view.getInt32(at + 16, true)));
    }
  }
  const [failure] = failures;
  if (failure !== undefined) throw failure;
  return replies;
}

function failureOf(request: NetlinkRequest, errno: number): Error[] {
  if (errno === 0) return [];
  const error = syscallError(request.action, undefined, errno);
  return request.allowed?.includes(errnoOf(error) ?? "") ? [] : [error];
}

let bound: ((domain: number, type: number, protocol: number) => number) | undefined;

function socket(domain: number, type: number, protocol: number): number {
  bound ??= dlopen("libc.so.6", { socket: { args: ["i32", "i32", "i32"], returns: "i32" } }).symbols.socket;
  return bound(domain, type, protocol);
}
