import type { Store } from "../store/index.ts";
import { type EndpointRecord, endpointsOf, endpointsOn } from "./endpoint-table.ts";
import { poolOf } from "./network-pools.ts";
import { findNetwork, listNetworks } from "./network-table.ts";
import type { NetworkRecord } from "./types.ts";

/** Where the name server listens on the gateways; not 53, where this host may have a name server of its own. */
export const DNS_PORT = 20_053;

/** The address at which the container reaches the name server; undefined when it is on no network with names. */
export function nameServerOf(store: Store, containerId: string): string | undefined {
  const networks = endpointsOf(store, containerId)
    .map(({ record }) => findNetwork(store, record.state.networkId))
    .filter((network) => network !== undefined && hasNames(network));
  for (const family of [4, 6] as const) {
    for (const network of networks) {
      const pool = network === undefined ? undefined : poolOf(network, family);
      if (pool !== undefined) return pool.gateway;
    }
  }
  return undefined;
}

/** True for a network whose containers find each other by name: as in Docker, one that the user made. */
export function hasNames({ driver, predefined, configOnly }: NetworkRecord): boolean {
  return driver === "bridge" && !predefined && !configOnly;
}

/** The files of aardvark-dns, by name: one for each network that containers with names are on. */
export function formatNameFiles(store: Store): Map<string, string> {
  const files = new Map<string, string>();
  for (const network of listNetworks(store).filter(hasNames)) {
    const lines = endpointsOn(store, network.id).flatMap(({ container, record }) =>
      formatEntry(container, record),
    );
    if (lines.length === 0) continue;
    const gateways = ([4, 6] as const).flatMap((family) => poolOf(network, family)?.gateway ?? []);
    // With this ending it answers nothing but the names of containers.
    const name = network.internal ? `${network.id}%int` : network.id;
    files.set(name, `${gateways.join(",")}\n${lines.join("")}`);
  }
  return files;
}

/** `<container> <IPv4> <IPv6> <names> [<resolvers>]`. */
function formatEntry(container: string, { state, names = [], dns = [] }: EndpointRecord): string[] {
  // The format has no quotes: a name with a comma or a space is nobody's.
  const plain = names.filter((name) => /^[\w.-]+$/.test(name));
  if (plain.length === 0) return [];
  const fields = [container, state.address, state.ipv6?.address ?? "", plain.join(",")];
  return [`${[...fields, ...(dns.length === 0 ? [] : [dns.join(",")])].join(" ")}\n`];
}
