import { readFileSync, writeFileSync } from "node:fs";
import { isErrno } from "../host/index.ts";
import { parseIpv4 } from "./ipv4.ts";
import {
  addressHeader,
  attribute,
  concat,
  defaultRouteHeader,
  Flag,
  Ifla,
  LinkInfo,
  linkHeader,
  type NetlinkRequest,
  nested,
  Rtm,
  text,
  u8,
  u32,
} from "./netlink-message.ts";
import type { NetlinkSocket } from "./netlink-socket.ts";

const IFF_UP = 1;
const VETH_INFO_PEER = 1;
/** Attributes of a bridge's port, `IFLA_BRPORT_*`. */
const Port = {
  HAIRPIN: 4,
  LEARNING: 8,
  UNICAST_FLOOD: 9,
  FLUSH: 24,
  MULTICAST_FLOOD: 27,
  BROADCAST_FLOOD: 30,
  LOCKED: 39,
} as const;
const AF_INET6 = 10;
const ADDR_GEN_MODE = 8;
const GEN_MODE_NONE = 1;

/** Index of the interface `name` in the socket's namespace; undefined when there is none. */
export function linkIndex(netlink: NetlinkSocket, name: string): number | undefined {
  const body = concat([linkHeader(0), text(Ifla.IFNAME, name)]);
  try {
    const [reply] = netlink.request({ action: `find link ${name}`, type: Rtm.GETLINK, flags: 0, body });
    return reply === undefined ? undefined : new DataView(reply.body.buffer).getInt32(4, true);
  } catch (error) {
    if (isErrno(error, "ENODEV")) return undefined;
    throw error;
  }
}

export interface BridgeLink {
  readonly name: string;
  /** A fixed address: without it the bridge would take one of its ports', and change it as they come and go. */
  readonly mac: Uint8Array;
  readonly address: string;
  readonly prefixLength: number;
  readonly mtu: number;
}

/** Makes the bridge if it is missing, gives it its address and turns it on; its index. */
export function ensureBridge(netlink: NetlinkSocket, bridge: BridgeLink): number {
  const { name, mac, address, prefixLength, mtu } = bridge;
  netlink.request({
    action: `add bridge ${name}`,
    type: Rtm.NEWLINK,
    flags: Flag.ACK | Flag.CREATE | Flag.EXCL,
    allowed: ["EEXIST"],
    body: concat([
      linkHeader(0),
      text(Ifla.IFNAME, name),
      attribute(Ifla.ADDRESS, mac),
      u32(Ifla.MTU, mtu),
      nested(Ifla.LINKINFO, text(LinkInfo.KIND, "bridge")),
    ]),
  });
  // No IPv6 on the bridge: a link-local address would open the host's services to containers unasked.
  setSysctl(`ipv6/conf/${name}/disable_ipv6`, "1", { optional: true });
  const index = linkIndex(netlink, name) ?? 0;
  netlink.request(addAddress(index, address, prefixLength), setUp(index, name));
  return index;
}

export interface VethPair {
  readonly hostName: string;
  readonly bridgeIndex: number;
  /** Open descriptor of the namespace that the other end goes to. */
  readonly namespace: number;
  readonly innerName: string;
  readonly mac: Uint8Array;
  readonly mtu: number;
}

/** Makes a veth pair: one end on the bridge and up, the other in the namespace and still down. */
export function addVeth(netlink: NetlinkSocket, pair: VethPair): void {
  const { hostName, bridgeIndex, namespace, innerName, mac, mtu } = pair;
  const peer = nested(
    VETH_INFO_PEER,
    linkHeader(0),
    text(Ifla.IFNAME, innerName),
    attribute(Ifla.ADDRESS, mac),
    u32(Ifla.MTU, mtu),
    u32(Ifla.NET_NS_FD, namespace),
  );
  const name = text(Ifla.IFNAME, hostName);
  netlink.request(
    {
      action: `add veth ${hostName}`,
      type: Rtm.NEWLINK,
      flags: Flag.ACK | Flag.CREATE | Flag.EXCL,
      body: concat([
        linkHeader(0),
        name,
        u32(Ifla.MTU, mtu),
        u32(Ifla.MASTER, bridgeIndex),
        nested(Ifla.LINKINFO, text(LinkInfo.KIND, "veth"), nested(LinkInfo.DATA, peer)),
      ]),
    },
    {
      // Hairpin: a container reaches itself, or its neighbour, through the port that it publishes at the host.
      action: `set up veth ${hostName}`,
      type: Rtm.NEWLINK,
      flags: Flag.ACK,
      body: concat([linkHeader(0), name, bridgePort(u8(Port.HAIRPIN, 1)), noLinkLocal()]),
    },
    {
      action: `set up veth ${hostName}`,
      type: Rtm.NEWLINK,
      flags: Flag.ACK,
      body: concat([linkHeader(0, IFF_UP, IFF_UP), name]),
    },
  );
}

export interface InnerLink {
  readonly name: string;
  readonly address: string;
  readonly prefixLength: number;
  /** Empty for no default route. */
  readonly gateway: string;
}

/** Gives the inner end its address and turns it on; the default route too, unless the namespace has one. */
export function configureInner(netlink: NetlinkSocket, link: InnerLink): void {
  const index = linkIndex(netlink, link.name) ?? 0;
  const requests = [addAddress(index, link.address, link.prefixLength), setUp(index, link.name)];
  if (link.gateway !== "") requests.push(addDefaultRoute(index, link.gateway));
  netlink.request(...requests);
}

/**
 * Stops all traffic of a bridge's port and forgets who was behind it: at once, where deleting it would wait
 * 20 ms for the kernel. Its address can be given to another container then. Nothing happens when it is gone.
 */
export function cutOff(netlink: NetlinkSocket, name: string): void {
  netlink.request({
    action: `cut off ${name}`,
    type: Rtm.NEWLINK,
    flags: Flag.ACK,
    allowed: ["ENODEV"],
    body: concat([
      linkHeader(0),
      text(Ifla.IFNAME, name),
      // Not the port's state: the kernel turns a port on again whenever anything about it changes.
      bridgePort(
        u8(Port.LEARNING, 0),
        u8(Port.UNICAST_FLOOD, 0),
        u8(Port.MULTICAST_FLOOD, 0),
        u8(Port.BROADCAST_FLOOD, 0),
        u8(Port.LOCKED, 1),
        attribute(Port.FLUSH, new Uint8Array()),
      ),
    ]),
  });
}

/** Turns the loopback interface of the socket's namespace on. */
export function setLoopbackUp(netlink: NetlinkSocket): void {
  netlink.request(setUp(1, "lo"));
}

/** Deletes the interface; nothing happens when there is none. */
export function deleteLink(netlink: NetlinkSocket, name: string): void {
  netlink.request({
    action: `delete link ${name}`,
    type: Rtm.DELLINK,
    flags: Flag.ACK,
    allowed: ["ENODEV"],
    body: concat([linkHeader(0), text(Ifla.IFNAME, name)]),
  });
}

/** Sets `/proc/sys/net/<name>` of this thread's namespace, unless it has the value already. */
export function setSysctl(name: string, value: string, options: { readonly optional?: boolean } = {}): void {
  const path = `/proc/sys/net/${name}`;
  try {
    if (readFileSync(path, "utf8").trim() !== value) writeFileSync(path, value);
  } catch (error) {
    if (!options.optional) throw error;
  }
}

function setUp(index: number, name: string): NetlinkRequest {
  const body = linkHeader(index, IFF_UP, IFF_UP);
  return { action: `set up link ${name}`, type: Rtm.NEWLINK, flags: Flag.ACK, body };
}

function addAddress(index: number, address: string, prefixLength: number): NetlinkRequest {
  const ip = parseIpv4(address) ?? 0;
  const broadcast = (ip | (0xffffffff >>> prefixLength)) >>> 0;
  return {
    action: `add address ${address}/${prefixLength}`,
    type: Rtm.NEWADDR,
    flags: Flag.ACK | Flag.CREATE | Flag.EXCL,
    allowed: ["EEXIST"],
    body: concat([
      addressHeader(prefixLength, index),
      attribute(1, bigEndian(ip)),
      attribute(2, bigEndian(ip)),
      attribute(4, bigEndian(broadcast)),
    ]),
  };
}

function addDefaultRoute(index: number, gateway: string): NetlinkRequest {
  return {
    action: `add default route via ${gateway}`,
    type: Rtm.NEWROUTE,
    flags: Flag.ACK | Flag.CREATE | Flag.EXCL,
    allowed: ["EEXIST"],
    body: concat([defaultRouteHeader(), attribute(5, bigEndian(parseIpv4(gateway) ?? 0)), u32(4, index)]),
  };
}

function bridgePort(...parts: readonly Uint8Array[]): Uint8Array {
  return nested(Ifla.LINKINFO, text(LinkInfo.SLAVE_KIND, "bridge"), nested(LinkInfo.SLAVE_DATA, ...parts));
}

function noLinkLocal(): Uint8Array {
  return nested(Ifla.AF_SPEC, nested(AF_INET6, u8(ADDR_GEN_MODE, GEN_MODE_NONE)));
}

function bigEndian(value: number): Uint8Array {
  const bytes = new Uint8Array(4);
  new DataView(bytes.buffer).setUint32(0, value);
  return bytes;
}
