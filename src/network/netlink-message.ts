/** Message types, flags and attributes of rtnetlink(7) that a container's network needs. */
export const Rtm = {
  NEWLINK: 16,
  DELLINK: 17,
  GETLINK: 18,
  NEWADDR: 20,
  NEWROUTE: 24,
  DELROUTE: 25,
} as const;
export const Flag = { REQUEST: 0x1, ACK: 0x4, REPLACE: 0x100, EXCL: 0x200, CREATE: 0x400 } as const;
export const Ifla = {
  ADDRESS: 1,
  IFNAME: 3,
  MTU: 4,
  MASTER: 10,
  LINKINFO: 18,
  AF_SPEC: 26,
  NET_NS_FD: 28,
} as const;
export const LinkInfo = { KIND: 1, DATA: 2, SLAVE_KIND: 4, SLAVE_DATA: 5 } as const;

/** A name for error texts, and the message without its header's length and sequence number. */
export interface NetlinkRequest {
  /** What fails when this fails, such as `add address 172.17.0.2/16`. */
  readonly action: string;
  readonly type: number;
  readonly flags: number;
  readonly body: Uint8Array;
  /** Errno names that count as success. */
  readonly allowed?: readonly string[];
}

const encoder = new TextEncoder();

/** One attribute: length, type, payload, padded to four bytes. */
export function attribute(type: number, payload: Uint8Array): Uint8Array {
  const bytes = new Uint8Array((4 + payload.length + 3) & ~3);
  const view = new DataView(bytes.buffer);
  view.setUint16(0, 4 + payload.length, true);
  view.setUint16(2, type, true);
  bytes.set(payload, 4);
  return bytes;
}

/** An attribute that holds attributes. */
export function nested(type: number, ...parts: readonly Uint8Array[]): Uint8Array {
  return attribute(type, concat(parts));
}

/** An attribute with a NUL-terminated name. */
export function text(type: number, value: string): Uint8Array {
  return attribute(type, encoder.encode(`${value}\0`));
}

export function u32(type: number, value: number): Uint8Array {
  const payload = new Uint8Array(4);
  new DataView(payload.buffer).setUint32(0, value, true);
  return attribute(type, payload);
}

export function u8(type: number, value: number): Uint8Array {
  return attribute(type, Uint8Array.of(value));
}

/** `struct ifinfomsg`. */
export function linkHeader(index: number, flags = 0, change = 0): Uint8Array {
  const bytes = new Uint8Array(16);
  const view = new DataView(bytes.buffer);
  view.setInt32(4, index, true);
  view.setUint32(8, flags, true);
  view.setUint32(12, change, true);
  return bytes;
}

const FAMILY = { 4: 2, 6: 10 } as const;
/** An IPv6 address that is usable at once: the engine gives none twice. */
const IFA_F_NODAD = 2;

/** `struct ifaddrmsg`. */
export function addressHeader(family: 4 | 6, prefixLength: number, index: number): Uint8Array {
  const bytes = new Uint8Array(8);
  bytes[0] = FAMILY[family];
  bytes[1] = prefixLength;
  bytes[2] = family === 6 ? IFA_F_NODAD : 0;
  new DataView(bytes.buffer).setUint32(4, index, true);
  return bytes;
}

/** `struct rtmsg` of a default route in the main table. */
export function defaultRouteHeader(family: 4 | 6): Uint8Array {
  return Uint8Array.of(FAMILY[family], 0, 0, 0, 254, 3, 0, 1, 0, 0, 0, 0);
}

/** The bytes of several messages for one send, numbered from `sequence`. */
export function toPacket(requests: readonly NetlinkRequest[], sequence: number): Uint8Array {
  return concat(
    requests.map(({ type, flags, body }, at) => {
      const header = new Uint8Array(16);
      const view = new DataView(header.buffer);
      view.setUint32(0, 16 + body.length, true);
      view.setUint16(4, type, true);
      view.setUint16(6, flags | Flag.REQUEST, true);
      view.setUint32(8, sequence + at, true);
      return concat([header, body]);
    }),
  );
}

export function concat(parts: readonly Uint8Array[]): Uint8Array {
  const bytes = new Uint8Array(parts.reduce((sum, part) => sum + part.length, 0));
  let at = 0;
  for (const part of parts) {
    bytes.set(part, at);
    at += part.length;
  }
  return bytes;
}
