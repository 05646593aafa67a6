import { EngineError, newId, parseSubnet, withWords } from "../base/index.ts";
import { closeFd, type NamedFd } from "../host/index.ts";
import type { Store } from "../store/index.ts";
import { parseBridgeOptions } from "./bridge-options.ts";
import { byGateway } from "./default-route.ts";
import { validateEndpointRequest } from "./endpoint-request.ts";
import { allocateAddress, type EndpointRecord, endpointsOf, putEndpoint } from "./endpoint-table.ts";
import { endpointExists } from "./errors.ts";
import { type HeldPorts, holdPorts, validatePublishRequest } from "./hold-ports.ts";
import { ensureHostSide } from "./host-side.ts";
import { formatMac, macOfAddress, parseMac } from "./mac-address.ts";
import { openNetlink } from "./netlink-socket.ts";
import { poolOf } from "./network-pools.ts";
import { releaseContainer, releaseEndpoint } from "./release.ts";
import type {
  ConnectOptions,
  EndpointState,
  IpamPool,
  NetworkRecord,
  PortBinding,
  PublishedPort,
  PublishRequest,
} from "./types.ts";

/** A network that a container is to be on, and what it asks of it. */
export type Wanted = Omit<ConnectOptions, "ports"> & { readonly network: NetworkRecord };

/** Addresses and ports that are a container's, before there is anything of them on the host. */
export interface Reservation {
  /** In the order in which the networks were asked for. */
  readonly endpoints: readonly EndpointState[];
  /** `80/tcp` to where it will be published. */
  readonly ports: Readonly<Record<string, readonly PortBinding[]>>;
  /** Sockets that keep other processes from the ports: for a process that lives as long as the container. */
  readonly sockets: readonly NamedFd[];
}

/**
 * Gives a container that is about to run its addresses on all its networks and its ports. On an error nothing of it
 * stays. What an earlier run left over from a crash is replaced. The caller closes the sockets.
 */
export async function reserveEndpoints(
  store: Store,
  containerId: string,
  { wanted, ports }: { readonly wanted: readonly Wanted[]; readonly ports: readonly PublishRequest[] },
): Promise<Reservation> {
  for (const { network, request = {} } of wanted) {
    withWords(`invalid config for network ${network.name}`, () => validateEndpointRequest(network, request));
  }
  for (const port of ports) validatePublishRequest(port);
  for (const { record } of endpointsOf(store, containerId)) await releaseEndpoint(store, containerId, record);
  try {
    const records: EndpointRecord[] = [];
    for (const each of wanted) records.push(await reserveOne(store, containerId, each));
    const { published, sockets } = publish(store, containerId, { records, wanted, ports });
    return { endpoints: records.map(({ state }) => state), ports: toBindings(published), sockets };
  } catch (error) {
    await releaseContainer(store, containerId, { keepSandbox: true });
    throw error;
  }
}

/** As {@link reserveEndpoints}, for one more network of a container that runs. Throws Docker's error when it is there already. */
export async function reserveAnother(
  store: Store,
  containerId: string,
  wanted: Wanted,
): Promise<EndpointState> {
  const { network, containerName, request = {} } = wanted;
  validateEndpointRequest(network, request);
  const known = endpointsOf(store, containerId);
  if (known.some(({ record }) => record.state.networkId === network.id)) {
    throw endpointExists(containerName, network.name);
  }
  return (await reserveOne(store, containerId, wanted)).state;
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

async function reserveOne(store: Store, containerId: string, wanted: Wanted): Promise<EndpointRecord> {
  if (wanted.network.driver !== "bridge") {
    const record = toRecord(wanted, "");
    putEndpoint(store, containerId, record);
    return record;
  }
  if (wanted.network.configOnly) throw notJoinable(wanted.network);
  const netlink = openNetlink();
  try {
    const { network } = await ensureHostSide(store, wanted.network, netlink);
    return recordBridged(store, containerId, { ...wanted, network });
  } finally {
    netlink.close();
  }
}

function notJoinable({ name }: NetworkRecord): EngineError {
  return new EngineError("forbidden", `configuration network ${name} cannot be used by a container`);
}

function recordBridged(store: Store, containerId: string, wanted: Wanted): EndpointRecord {
  const { network, request = {} } = wanted;
  return store.transaction(() => {
    const give = (family: 4 | 6, asked: string | undefined) => {
      const pool = poolOf(network, family);
      if (pool === undefined) return undefined;
      const address = allocateAddress(store, network.id, { pool, wanted: asked === "" ? undefined : asked });
      return { address, prefixLength: prefixOf(pool), gateway: network.internal ? "" : pool.gateway };
    };
    const ipv4 = give(4, request.IPv4Address) ?? { address: "", prefixLength: 0, gateway: "" };
    const ipv6 = give(6, request.IPv6Address);
    const record = toRecord(wanted, nextLink(store, containerId, network));
    const mac = parseMac(request.MacAddress ?? "") ?? macOfAddress(ipv4.address || (ipv6?.address ?? ""));
    const bridged: EndpointRecord = {
      ...record,
      state: {
        ...record.state,
        ...ipv4,
        macAddress: formatMac(mac),
        ...(ipv6 === undefined ? {} : { ipv6 }),
      },
    };
    putEndpoint(store, containerId, bridged);
    return bridged;
  });
}

function toRecord(
  { network, containerName, request = {}, names, dns }: Wanted,
  innerLink: string,
): EndpointRecord {
  const endpointId = newId();
  return {
    containerName,
    state: {
      networkId: network.id,
      networkName: network.name,
      endpointId,
      macAddress: "",
      address: "",
      prefixLength: 0,
      gateway: "",
      request,
    },
    hostLink: innerLink === "" ? "" : `veth${endpointId.slice(0, 11)}`,
    innerLink,
    published: [],
    ...(names === undefined ? {} : { names }),
    ...(dns === undefined ? {} : { dns }),
  };
}

function nextLink(store: Store, containerId: string, { options }: NetworkRecord): string {
  const { interfacePrefix } = parseBridgeOptions(options);
  const used = endpointsOf(store, containerId).map(({ record }) => record.innerLink);
  let number = 0;
  while (used.includes(`${interfacePrefix}${number}`)) number++;
  return `${interfacePrefix}${number}`;
}

function prefixOf({ subnet }: IpamPool): number {
  return parseSubnet(subnet)?.prefixLength ?? 32;
}

interface Publication {
  readonly records: readonly EndpointRecord[];
  readonly wanted: readonly Wanted[];
  readonly ports: readonly PublishRequest[];
}

/** Publishes at the endpoint that leads out; a container that nothing leads out of has no published ports. */
function publish(store: Store, containerId: string, { records, wanted, ports }: Publication): HeldPorts {
  const [record] = records.filter(({ hostLink }) => hostLink !== "").toSorted(byGateway);
  const network = wanted.find((each) => each.network.id === record?.state.networkId)?.network;
  if (ports.length === 0 || record === undefined || network === undefined || network.internal) {
    return { published: [], sockets: [] };
  }
  const held = holdPorts(store, ports, {
    containerId,
    containerName: record.containerName,
    endpoint: record.state,
    defaultHostIp: parseBridgeOptions(network.options).hostIp,
  });
  try {
    putEndpoint(store, containerId, { ...record, published: held.published });
  } catch (error) {
    for (const { fd } of held.sockets) closeFd(fd);
    throw error;
  }
  return held;
}
