import { closeSync, openSync } from "node:fs";
import type { Store } from "../store/index.ts";
import { parseBridgeOptions } from "./bridge-options.ts";
import { flushFlows } from "./conntrack.ts";
import { settleResolver } from "./container-dns.ts";
import { settleDefaultRoutes } from "./default-route.ts";
import { nameServerOf } from "./dns-names.ts";
import { syncNames } from "./dns-server.ts";
import { type EndpointRecord, endpointsOf } from "./endpoint-table.ts";
import { connectivityFailed } from "./errors.ts";
import { formatPortElements } from "./firewall-rules.ts";
import { ensureHostSide, forgetHostSide, portTargets } from "./host-side.ts";
import { addVeth, configureInner, type LinkAddress, turnIpv6On } from "./links.ts";
import { parseMac } from "./mac-address.ts";
import { toHostNames } from "./names.ts";
import { type NetlinkSocket, openNetlink } from "./netlink-socket.ts";
import { networkEvent } from "./network-event.ts";
import { findNetwork } from "./network-table.ts";
import { runNft } from "./nft.ts";
import { openNetlinkIn, toSandbox, withNamespace } from "./sandbox.ts";
import type { NetworkRecord, PublishedPort } from "./types.ts";

/** Makes what a container's reservation stands for: interfaces in its sandbox, rules for its ports. */
export async function attachEndpoints(store: Store, containerId: string): Promise<void> {
  const records = endpointsOf(store, containerId).map(({ record }) => record);
  const linked = records.filter(({ hostLink }) => hostLink !== "");
  const isNamed = nameServerOf(store, containerId) !== undefined;
  const resolver = isNamed ? settleResolver(store, containerId) : Promise.resolve();
  // Awaited below; a failure before that is told first.
  resolver.catch(() => {});
  for (const record of records) await attachEndpoint(store, containerId, record);
  if (linked.length > 1) settleDefaultRoutes(store, containerId);
  if (isNamed) await syncNames(store);
  await resolver;
}

/** Makes the whole of a running container's network fit its endpoints, after one of them came or went. */
export async function settleContainer(store: Store, containerId: string): Promise<void> {
  settleDefaultRoutes(store, containerId);
  await settleResolver(store, containerId);
  await syncNames(store);
}

/** As {@link attachEndpoints}, for one endpoint. */
export async function attachEndpoint(
  store: Store,
  containerId: string,
  record: EndpointRecord,
): Promise<void> {
  const { state } = record;
  const network = findNetwork(store, state.networkId);
  if (record.hostLink !== "" && network !== undefined) {
    const netlink = openNetlink();
    try {
      const { bridgeIndex } = await ensureHostSide(store, network, netlink);
      link(store, containerId, { record, network, netlink, bridgeIndex });
      await openPorts(store, record, record.published);
    } finally {
      netlink.close();
    }
  }
  networkEvent(
    store,
    "connect",
    { id: state.networkId, name: state.networkName, driver: network?.driver ?? "bridge" },
    containerId,
  );
}

/** Lets the ports lead to the endpoint. */
export async function openPorts(
  store: Store,
  record: EndpointRecord,
  ports: readonly PublishedPort[],
): Promise<void> {
  if (ports.length === 0) return;
  const targets = portTargets({ ...record, published: ports });
  try {
    await runNft(formatPortElements("add", toHostNames(store).table, targets));
  } catch {
    await restoreRules(store, record);
  }
  await flushFlows(ports);
}

/** Someone flushed the rules: puts all of them back, this container's ports among them. */
async function restoreRules(store: Store, { containerName, state }: EndpointRecord): Promise<void> {
  const network = findNetwork(store, state.networkId);
  if (network === undefined) return;
  forgetHostSide(store);
  const netlink = openNetlink();
  try {
    await ensureHostSide(store, network, netlink).catch((error: Error) => {
      throw connectivityFailed({ containerName, endpoint: state }, error.message);
    });
  } finally {
    netlink.close();
  }
}

interface Work {
  readonly record: EndpointRecord;
  readonly network: NetworkRecord;
  readonly netlink: NetlinkSocket;
  readonly bridgeIndex: number;
}

function link(store: Store, containerId: string, { record, network, netlink, bridgeIndex }: Work): void {
  const { state, hostLink, innerLink } = record;
  const { mtu, icc } = parseBridgeOptions(network.options);
  const namespace = openSync(toSandbox(store.run, containerId).key, "r");
  try {
    addVeth(netlink, {
      hostName: hostLink,
      bridgeIndex,
      namespace,
      innerName: innerLink,
      mac: parseMac(state.macAddress) ?? new Uint8Array(6),
      mtu,
      isolated: !icc,
    });
    if (state.ipv6 !== undefined) {
      // The sandbox's interfaces have IPv6 off unless they have an address of it.
      withNamespace(namespace, () => turnIpv6On(innerLink));
    }
    const inner = openNetlinkIn(namespace);
    try {
      configureInner(inner, {
        name: innerLink,
        addresses: addressesOf(record),
        gateways: [state.gateway, state.ipv6?.gateway ?? ""].filter((gateway) => gateway !== ""),
      });
    } finally {
      inner.close();
    }
  } finally {
    closeSync(namespace);
  }
}

function addressesOf({ state }: EndpointRecord): LinkAddress[] {
  const { address, prefixLength, ipv6 } = state;
  return [...(address === "" ? [] : [{ address, prefixLength }]), ...(ipv6 === undefined ? [] : [ipv6])];
}
