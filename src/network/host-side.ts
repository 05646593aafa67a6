import { existsSync, mkdirSync, readFileSync, statSync } from "node:fs";
import { join } from "node:path";
import { parseAddress, parseSubnet, subnetsOverlap, writeFileAtomic } from "../base/index.ts";
import { acquireLock } from "../host/index.ts";
import type { Store } from "../store/index.ts";
import { hostSubnets } from "./address-pools.ts";
import { parseBridgeOptions } from "./bridge-options.ts";
import { allEndpoints, type EndpointRecord, endpointsOn } from "./endpoint-table.ts";
import { type FirewallBridge, formatTable, type PortTarget, RULES_VERSION } from "./firewall-rules.ts";
import { passForwardPolicies } from "./forward-policy.ts";
import { ensureBridge, type LinkAddress, linkIndex, setSysctl } from "./links.ts";
import { randomMac } from "./mac-address.ts";
import { toHostNames } from "./names.ts";
import type { NetlinkSocket } from "./netlink-socket.ts";
import { freePool, poolOf } from "./network-pools.ts";
import { findNetwork, listNetworks, updateNetwork } from "./network-table.ts";
import { runNft } from "./nft.ts";
import type { NetworkRecord } from "./types.ts";

/** What is ready of a bridge network on this host. */
export interface HostSide {
  readonly network: NetworkRecord;
  /** Index of its bridge. */
  readonly bridgeIndex: number;
}

/**
 * Makes bridge, forwarding and firewall rules of a network unless they are there: known from a note under
 * `$STRAKE_RUN` and one question to the kernel, so that it costs next to nothing for every container but the first.
 */
export async function ensureHostSide(
  store: Store,
  network: NetworkRecord,
  netlink: NetlinkSocket,
): Promise<HostSide> {
  const bridgeIndex = linkIndex(netlink, network.device);
  if (bridgeIndex !== undefined && isNoted(store)) return { network, bridgeIndex };
  mkdirSync(noteFolder(store), { recursive: true, mode: 0o700 });
  const lock = await acquireLock(join(noteFolder(store), "lock"));
  try {
    const ready = linkIndex(netlink, network.device);
    if (ready !== undefined && isNoted(store)) {
      return { network: findNetwork(store, network.id) ?? network, bridgeIndex: ready };
    }
    return await install(store, network, netlink);
  } finally {
    lock.release();
  }
}

/** Forgets what is known of the host side: the next container looks after everything again. */
export function forgetHostSide(store: Store): void {
  mkdirSync(noteFolder(store), { recursive: true, mode: 0o700 });
  writeFileAtomic(join(noteFolder(store), "installed"), "");
}

/** True when bridges or rules of this store may be on the host. */
export function hasHostSide(store: Store): boolean {
  return existsSync(join(noteFolder(store), "installed"));
}

/** Puts the firewall rules of all networks in place, as they are recorded now. */
export async function reinstallRules(store: Store): Promise<void> {
  const lock = await acquireLock(join(noteFolder(store), "lock"));
  try {
    await installRules(store);
  } finally {
    lock.release();
  }
}

/** Published ports of running endpoints with the addresses they lead to. */
export function targetsOf(store: Store): PortTarget[] {
  return allEndpoints(store).flatMap(({ record }) => portTargets(record));
}

/** Where the published ports of an endpoint lead to: the address of the port's family. */
export function portTargets({ published, state }: EndpointRecord): PortTarget[] {
  return published.map((port) => ({
    port,
    address: port.hostIp.includes(":") ? (state.ipv6?.address ?? "") : state.address,
  }));
}

async function install(store: Store, wanted: NetworkRecord, netlink: NetlinkSocket): Promise<HostSide> {
  const network = linkIndex(netlink, wanted.device) === undefined ? withFreePool(store, wanted) : wanted;
  const bridgeIndex = ensureBridge(netlink, {
    name: network.device,
    mac: randomMac(),
    addresses: addressesOf(network),
    mtu: parseBridgeOptions(network.options).mtu,
  });
  setSysctl("ipv4/ip_forward", "1");
  if (network.ipv6) setSysctl("ipv6/conf/all/forwarding", "1");
  // Connections to 127.0.0.1 of this host are led over the bridge too when the port is published.
  setSysctl(`ipv4/conf/${network.device}/route_localnet`, "1");
  await installRules(store);
  return { network, bridgeIndex };
}

async function installRules(store: Store): Promise<void> {
  const { table } = toHostNames(store);
  const bridges = firewallBridges(store);
  await runNft(formatTable(table, bridges, targetsOf(store)));
  await passForwardPolicies(
    table,
    bridges.map(({ device }) => device),
  );
  writeFileAtomic(join(noteFolder(store), "installed"), noteOf());
}

function addressesOf(network: NetworkRecord): LinkAddress[] {
  return ([4, 6] as const).flatMap((family) => {
    const pool = poolOf(network, family);
    if (pool === undefined || parseAddress(pool.gateway) === undefined) return [];
    return [{ address: pool.gateway, prefixLength: parseSubnet(pool.subnet)?.prefixLength ?? 0 }];
  });
}

function firewallBridges(store: Store): FirewallBridge[] {
  return listNetworks(store)
    .filter(({ driver }) => driver === "bridge")
    .map((network) => {
      const { icc, masquerade } = parseBridgeOptions(network.options);
      const pools = ([4, 6] as const).flatMap((family) => poolOf(network, family) ?? []);
      const subnets = pools.map(({ subnet }) => subnet);
      return { device: network.device, internal: network.internal, icc, masquerade, subnets };
    });
}

// Since the pool was chosen, the host may have got a route or an interface that uses it.
function withFreePool(store: Store, network: NetworkRecord): NetworkRecord {
  return store.transaction(() => {
    const current = findNetwork(store, network.id) ?? network;
    const subnet = parseSubnet(poolOf(current, 4)?.subnet ?? "");
    const clash = hostSubnets(current.device).some(
      (used) => subnet === undefined || subnetsOverlap(used, subnet),
    );
    if (!clash || !current.ipv4 || current.ipam.fromUser || endpointsOn(store, current.id).length > 0)
      return current;
    const others = (current.ipam.pools ?? []).filter((pool) => parseSubnet(pool.subnet)?.family === 6);
    const pools = [freePool(store, current.device), ...others];
    const moved = { ...current, ipam: { ...current.ipam, pools } };
    updateNetwork(store, moved);
    return moved;
  });
}

function isNoted(store: Store): boolean {
  try {
    return readFileSync(join(noteFolder(store), "installed"), "utf8") === noteOf();
  } catch {
    return false;
  }
}

// A reboot, another network namespace, or a firewall tool that (re)started since: all of these may have
// taken our rules away, or put theirs in the way.
function noteOf(): string {
  const boot = readFileSync("/proc/sys/kernel/random/boot_id", "utf8").trim();
  const namespace = statSync("/proc/thread-self/ns/net").ino;
  const tools = ["/run/docker.pid", "/run/firewalld.pid", "/run/xtables.lock"].map(
    (path) => statSync(path, { throwIfNoEntry: false })?.mtimeMs ?? 0,
  );
  return [RULES_VERSION, boot, namespace, ...tools].join(" ");
}

function noteFolder(store: Store): string {
  return join(store.run, "network");
}
