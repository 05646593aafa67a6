import {
  type Address,
  addressAt,
  formatAddress,
  parseAddress,
  parseSubnet,
  subnetContains,
  subnetSize,
} from "../base/index.ts";
import type { Store } from "../store/index.ts";
import { addressInUse, noAddressLeft } from "./errors.ts";
import type { EndpointState, IpamPool, PublishedPort } from "./types.ts";

/** What the table `endpoints` holds of one endpoint. */
export interface EndpointRecord {
  readonly containerName: string;
  readonly state: EndpointState;
  /** Interface on this host; empty when there is none. */
  readonly hostLink: string;
  /** Interface in the container; empty when there is none. */
  readonly innerLink: string;
  readonly published: readonly PublishedPort[];
  /** Names that other containers of the network find this one by. */
  readonly names?: readonly string[];
  /** Resolvers that the container asks for what no container is called; none for the host's. */
  readonly dns?: readonly string[];
}

/** An endpoint's row. */
export interface EndpointRow {
  readonly container: string;
  readonly record: EndpointRecord;
}

interface Raw {
  readonly container: string;
  readonly record: string;
}

export function endpointsOf(store: Store, container: string): EndpointRow[] {
  return store.rows<Raw>("SELECT container, record FROM endpoints WHERE container = ?", container).map(toRow);
}

export function endpointsOn(store: Store, networkId: string): EndpointRow[] {
  return store
    .rows<Raw>("SELECT container, record FROM endpoints WHERE network = ? ORDER BY container", networkId)
    .map(toRow);
}

export function allEndpoints(store: Store): EndpointRow[] {
  return store.rows<Raw>("SELECT container, record FROM endpoints").map(toRow);
}

/** Adds or replaces the endpoint. */
export function putEndpoint(store: Store, container: string, record: EndpointRecord): void {
  const { networkId, address, ipv6 } = record.state;
  store.change(
    "INSERT OR REPLACE INTO endpoints(container, network, address, address6, record) VALUES (?,?,?,?,?)",
    container,
    networkId,
    address === "" ? null : address,
    ipv6?.address ?? null,
    JSON.stringify(record),
  );
}

/** Forgets the container's endpoint on one network; false when it had none. */
export function deleteEndpoint(store: Store, container: string, record: EndpointRecord): boolean {
  const { networkId } = record.state;
  return store.change("DELETE FROM endpoints WHERE container = ? AND network = ?", container, networkId) > 0;
}

/**
 * The lowest free address of the pool, or `wanted` if it is free. Call it in the transaction that puts the
 * endpoint. The network's own address, the broadcast address, gateway and auxiliary addresses are never given.
 */
export function allocateAddress(
  store: Store,
  networkId: string,
  { pool, wanted }: { readonly pool: IpamPool; readonly wanted: string | undefined },
): string {
  const range = parseSubnet(pool.ipRange ?? pool.subnet) ?? { family: 4, base: 0n, prefixLength: 32 };
  const taken = takenAddresses(store, networkId, pool);
  if (wanted !== undefined) {
    const address = parseAddress(wanted);
    const text = address === undefined ? wanted : formatAddress(address);
    if (address === undefined || taken.has(text) || isEdge(pool, address)) throw addressInUse();
    return text;
  }
  for (let at = 0n; at < subnetSize(range); at++) {
    const address = addressAt(range, at);
    const text = formatAddress(address);
    if (!taken.has(text) && !isEdge(pool, address)) return text;
  }
  throw noAddressLeft(range.family);
}

function takenAddresses(store: Store, networkId: string, pool: IpamPool): Set<string> {
  const rows = store.rows<{ address: string | null; address6: string | null }>(
    "SELECT address, address6 FROM endpoints WHERE network = ?",
    networkId,
  );
  const given = rows.flatMap(({ address, address6 }) => [address, address6]);
  const own = [pool.gateway, ...Object.values(pool.auxiliary ?? {})].map((text) => {
    const address = parseAddress(text);
    return address === undefined ? text : formatAddress(address);
  });
  return new Set([...given.filter((address) => address !== null), ...own]);
}

/** The subnet's own address and, in IPv4, its broadcast address. */
function isEdge(pool: IpamPool, address: Address): boolean {
  const subnet = parseSubnet(pool.subnet);
  if (subnet === undefined || !subnetContains(subnet, address)) return true;
  if (subnetSize(subnet) <= 2n) return false;
  if (address.value === subnet.base) return true;
  return subnet.family === 4 && address.value === subnet.base + subnetSize(subnet) - 1n;
}

function toRow({ container, record }: Raw): EndpointRow {
  return { container, record: JSON.parse(record) as EndpointRecord };
}
