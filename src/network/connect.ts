import { closeSync, openSync } from "node:fs";
import { newId } from "../base/index.ts";
import type { Store } from "../store/index.ts";
import { choosePorts, validatePublishRequest } from "./choose-ports.ts";
import { validateEndpointRequest } from "./endpoint-request.ts";
import { allocateAddress, type EndpointRecord, endpointsOf, putEndpoint } from "./endpoint-table.ts";
import { connectivityFailed } from "./errors.ts";
import { formatPortElements } from "./firewall-rules.ts";
import { ensureHostSide, forgetHostSide, type HostSide, mtuOf } from "./host-side.ts";
import { parseIpv4, parseSubnet } from "./ipv4.ts";
import { addVeth, configureInner } from "./links.ts";
import { formatMac, macOfAddress, parseMac } from "./mac-address.ts";
import { toHostNames } from "./names.ts";
import { type NetlinkSocket, openNetlink } from "./netlink-socket.ts";
import { runNft } from "./nft.ts";
import { claimPorts } from "./published-table.ts";
import { releaseEndpoint } from "./release.ts";
import { openNetlinkIn, toSandbox } from "./sandbox.ts";
import type { Connection, ConnectOptions, NetworkRecord, PortBinding, PublishedPort } from "./types.ts";

/**
 * Connects the container's sandbox to one network. On an error nothing of it stays.
 * An endpoint that the container still has there is left over from a crash, and replaced.
 */
export async function connectEndpoint(
  store: Store,
  network: NetworkRecord,
  { containerId, ...options }: ConnectOptions & { readonly containerId: string },
): Promise<Connection> {
  validateEndpointRequest(network, options.request ?? {});
  for (const port of options.ports ?? []) validatePublishRequest(port);
  for (const { record } of endpointsOf(store, containerId)) {
    if (record.state.networkId === network.id) await releaseEndpoint(store, containerId, record);
  }
  if (network.driver !== "bridge") return recordPlain(store, network, { containerId, ...options });
  const netlink = openNetlink();
  try {
    const side = await ensureHostSide(store, network, netlink);
    let record = recordBridged(store, side.network, { containerId, ...options });
    try {
      record = await publish(store, containerId, { record, requests: options.ports ?? [] });
      await Promise.all([
        openPorts(store, { record, side, netlink }),
        link(store, containerId, { record, side, netlink }),
      ]);
    } catch (error) {
      await releaseEndpoint(store, containerId, record);
      throw error;
    }
    return { endpoint: record.state, ports: toBindings(record.published) };
  } finally {
    netlink.close();
  }
}

/** Docker's form of published ports: `80/tcp` to its bindings. */
export function toBindings(ports: readonly PublishedPort[]): Record<string, PortBinding[]> {
  const bindings: Record<string, PortBinding[]> = {};
  for (const { containerPort, protocol, hostIp, hostPort } of ports) {
    const key = `${containerPort}/${protocol}`;
    bindings[key] = [...(bindings[key] ?? []), { HostIp: hostIp, HostPort: String(hostPort) }];
  }
  return bindings;
}

type Wanted = ConnectOptions & { readonly containerId: string };

function recordPlain(store: Store, network: NetworkRecord, wanted: Wanted): Connection {
  const record: EndpointRecord = {
    containerName: wanted.containerName,
    state: {
      networkId: network.id,
      networkName: network.name,
      endpointId: newId(),
      macAddress: "",
      address: "",
      prefixLength: 0,
      gateway: "",
      request: wanted.request ?? {},
    },
    hostLink: "",
    innerLink: "",
    published: [],
  };
  putEndpoint(store, wanted.containerId, record);
  return { endpoint: record.state, ports: {} };
}

function recordBridged(store: Store, network: NetworkRecord, wanted: Wanted): EndpointRecord {
  const { containerId, containerName, request = {} } = wanted;
  const pool = network.ipam.pools?.[0] ?? { subnet: "", gateway: "" };
  return store.transaction(() => {
    const address = allocateAddress(store, network.id, {
      pool,
      wanted: request.IPv4Address === "" ? undefined : request.IPv4Address,
    });
    const used = endpointsOf(store, containerId).map(({ record }) => record.innerLink);
    let number = 0;
    while (used.includes(`eth${number}`)) number++;
    const endpointId = newId();
    const mac = parseMac(request.MacAddress ?? "") ?? macOfAddress(parseIpv4(address) ?? 0);
    const record: EndpointRecord = {
      containerName,
      state: {
        networkId: network.id,
        networkName: network.name,
        endpointId,
        macAddress: formatMac(mac),
        address,
        prefixLength: parseSubnet(pool.subnet)?.prefixLength ?? 32,
        gateway: network.internal ? "" : pool.gateway,
        request,
      },
      hostLink: `veth${endpointId.slice(0, 11)}`,
      innerLink: `eth${number}`,
      published: [],
    };
    putEndpoint(store, containerId, record);
    return record;
  });
}

async function publish(
  store: Store,
  containerId: string,
  {
    record,
    requests,
  }: { readonly record: EndpointRecord; readonly requests: ConnectOptions["ports"] & object },
): Promise<EndpointRecord> {
  if (requests.length === 0) return record;
  const { containerName, state } = record;
  const owner = { containerName, endpointId: state.endpointId, address: state.address };
  for (;;) {
    const published = await choosePorts(store, requests, owner);
    const bound: EndpointRecord = { ...record, published };
    const claimed = store.transaction(() => {
      if (!claimPorts(store, containerId, published)) return false;
      putEndpoint(store, containerId, bound);
      return true;
    });
    if (claimed) return bound;
  }
}

interface Work {
  readonly record: EndpointRecord;
  readonly side: HostSide;
  readonly netlink: NetlinkSocket;
}

async function openPorts(store: Store, { record, side, netlink }: Work): Promise<void> {
  if (record.published.length === 0) return;
  const { address, endpointId } = record.state;
  const targets = record.published.map((port) => ({ port, address }));
  const script = formatPortElements("add", toHostNames(store).table, targets);
  try {
    await runNft(script);
  } catch {
    // Someone flushed the rules: put all of them back, this container's ports among them.
    forgetHostSide(store);
    await ensureHostSide(store, side.network, netlink).catch((error: Error) => {
      throw connectivityFailed(record.containerName, endpointId, error.message);
    });
  }
}

async function link(store: Store, containerId: string, { record, side, netlink }: Work): Promise<void> {
  const { state, hostLink, innerLink } = record;
  const namespace = openSync(toSandbox(store.run, containerId).key, "r");
  try {
    addVeth(netlink, {
      hostName: hostLink,
      bridgeIndex: side.bridgeIndex,
      namespace,
      innerName: innerLink,
      mac: parseMac(state.macAddress) ?? new Uint8Array(6),
      mtu: mtuOf(side.network),
    });
    const inner = openNetlinkIn(namespace);
    try {
      const { address, prefixLength, gateway } = state;
      configureInner(inner, { name: innerLink, address, prefixLength, gateway });
    } finally {
      inner.close();
    }
  } finally {
    closeSync(namespace);
  }
}
