import type { Store } from "../store/index.ts";
import { addressInUse, noAddressLeft } from "./errors.ts";
import { contains, formatIpv4, parseIpv4, parseSubnet, sizeOf } from "./ipv4.ts";
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
  const { networkId, address } = record.state;
  store.change(
    "INSERT OR REPLACE INTO endpoints(container, network, address, record) VALUES (?,?,?,?)",
    container,
    networkId,
    address === "" ? null : address,
    JSON.stringify(record),
  );
}

/** Forgets the container's endpoint on one network. */
export function deleteEndpoint(store: Store, container: string, record: EndpointRecord): void {
  store.change(
    "DELETE FROM endpoints WHERE container = ? AND network = ?",
    container,
    record.state.networkId,
  );
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
  const rows = store.rows<{ address: string }>(
    "SELECT address FROM endpoints WHERE network = ? AND address IS NOT NULL",
    networkId,
  );
  const taken = new Set(rows.map(({ address }) => address));
  for (const address of [pool.gateway, ...Object.values(pool.auxiliary ?? {})]) taken.add(address);
  if (wanted !== undefined) {
    if (taken.has(wanted) || isEdge(pool, wanted)) throw addressInUse();
    return wanted;
  }
  const range = parseSubnet(pool.ipRange ?? pool.subnet) ?? { base: 0, prefixLength: 32 };
  for (let at = 0; at < sizeOf(range); at++) {
    const address = formatIpv4(range.base + at);
    if (!taken.has(address) && !isEdge(pool, address)) return address;
  }
  throw noAddressLeft();
}

function isEdge(pool: IpamPool, address: string): boolean {
  const subnet = parseSubnet(pool.subnet);
  const value = parseIpv4(address);
  if (subnet === undefined || value === undefined || !contains(subnet, value)) return true;
  if (subnet.prefixLength >= 31) return false;
  return value === subnet.base || value === subnet.base + sizeOf(subnet) - 1;
}

function toRow({ container, record }: Raw): EndpointRow {
  return { container, record: JSON.parse(record) as EndpointRecord };
}
