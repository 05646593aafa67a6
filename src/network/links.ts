import { existsSync, readFileSync, writeFileSync } from "node:fs";
import { addressBytes, parseAddress } from "../base/index.ts";
import { isErrno } from "../host/index.ts";
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
  ISOLATED: 33,
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

/** True for the name of a bridge of this host. */
export function isBridge(name: string): boolean {
  return existsSync(`/sys/class/net/${name}/bridge`);
}

/** An address of an interface. */
export interface LinkAddress {
  readonly address: string;
  readonly prefixLength: number;
}

export interface BridgeLink {
  readonly name: string;
  /** A fixed address: without it the bridge would take one of its ports', and change it as they come and go. */
  readonly mac: Uint8Array;
  readonly addresses: readonly LinkAddress[];
  readonly mtu: number;
}

/** Makes the bridge if it is missing, gives it its address and turns it on; its index. */
export function ensureBridge(netlink: NetlinkSocket, bridge: BridgeLink): number {
  const { name, mac, addresses, mtu } = bridge;
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
  const hasIpv6 = addresses.some(({ address }) => parseAddress(address)?.family === 6);
  if (hasIpv6) turnIpv6On(name);
  // Not unasked: a link-local address would open the host's services to containers.
  else setSysctl(`ipv6/conf/${name}/disable_ipv6`, "1", { optional: true });
  const index = linkIndex(netlink, name) ?? 0;
  netlink.request(...addresses.map((each) => addAddress(index, each)), setUp(index, name));
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
  /** It reaches the bridge itself, but no other port that is isolated. */
  readonly isolated: boolean;
}

/** Makes a veth pair: one end on the bridge and up, the other in the namespace and still down. */
export function addVeth(netlink: NetlinkSocket, pair: VethPair): void {
  const { hostName, bridgeIndex, namespace, innerName, mac, mtu, isolated } = pair;
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
      body: concat([
        linkHeader(0),
        name,
        bridgePort(u8(Port.HAIRPIN, 1), u8(Port.ISOLATED, isolated ? 1 : 0)),
        noLinkLocal(),
      ]),
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
  readonly addresses: readonly LinkAddress[];
  /** For a default route each. */
  readonly gateways: readonly string[];
}

/** Gives the inner end its addresses and turns it on; default routes too, unless the namespace has one of that family. */
export function configureInner(netlink: NetlinkSocket, link: InnerLink): void {
  const index = linkIndex(netlink, link.name) ?? 0;
  netlink.request(
    ...link.addresses.map((each) => addAddress(index, each)),
    setUp(index, link.name),
    ...link.gateways.map((gateway) => defaultRoute(index, gateway, Flag.EXCL)),
  );
}

/** Leads what is for no other network to `gateway` behind the interface, instead of anywhere else. */
export function replaceDefaultRoute(netlink: NetlinkSocket, name: string, gateway: string): void {
  const index = linkIndex(netlink, name);
  if (index !== undefined) netlink.request(defaultRoute(index, gateway, Flag.REPLACE));
}

/** Takes the default route of a family away; nothing happens when there is none. */
export function deleteDefaultRoute(netlink: NetlinkSocket, family: 4 | 6): void {
  netlink.request({
    action: "delete default route",
    type: Rtm.DELROUTE,
    flags: Flag.ACK,
    allowed: ["ESRCH"],
    body: defaultRouteHeader(family),
  });
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

/**
 * Lets an interface of this thread's namespace have IPv6 addresses, usable at once: no other machine can have them,
 * so the second in which the kernel would look for one is saved.
 */
export function turnIpv6On(name: string): void {
  setSysctl(`ipv6/conf/${name}/accept_dad`, "0");
  setSysctl(`ipv6/conf/${name}/accept_ra`, "0");
  setSysctl(`ipv6/conf/${name}/disable_ipv6`, "0");
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

function addAddress(index: number, { address, prefixLength }: LinkAddress): NetlinkRequest {
  const parsed = parseAddress(address) ?? { family: 4, value: 0n };
  const bytes = addressBytes(address);
  return {
    action: `add address ${address}/${prefixLength}`,
    type: Rtm.NEWADDR,
    flags: Flag.ACK | Flag.CREATE | Flag.EXCL,
    allowed: ["EEXIST"],
    body: concat([
      addressHeader(parsed.family, prefixLength, index),
      attribute(1, bytes),
      attribute(2, bytes),
      ...(parsed.family === 4 ? [attribute(4, broadcastOf(bytes, prefixLength))] : []),
    ]),
  };
}

function defaultRoute(index: number, gateway: string, mode: number): NetlinkRequest {
  const family = parseAddress(gateway)?.family ?? 4;
  return {
    action: `add default route via ${gateway}`,
    type: Rtm.NEWROUTE,
    flags: Flag.ACK | Flag.CREATE | mode,
    allowed: ["EEXIST"],
    body: concat([defaultRouteHeader(family), attribute(5, addressBytes(gateway)), u32(4, index)]),
  };
}

function broadcastOf(address: Uint8Array, prefixLength: number): Uint8Array {
  return address.map((byte, at) => byte | (255 >>> Math.min(8, Math.max(0, prefixLength - at * 8))));
}

function bridgePort(...parts: readonly Uint8Array[]): Uint8Array {
  return nested(Ifla.LINKINFO, text(LinkInfo.SLAVE_KIND, "bridge"), nested(LinkInfo.SLAVE_DATA, ...parts));
}

function noLinkLocal(): Uint8Array {
  return nested(Ifla.AF_SPEC, nested(AF_INET6, u8(ADDR_GEN_MODE, GEN_MODE_NONE)));
}
