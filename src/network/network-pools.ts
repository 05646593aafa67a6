import { readFileSync } from "node:fs";
import {
  addressAt,
  EngineError,
  formatAddress,
  formatSubnet,
  parseAddress,
  parseSubnet,
  type Subnet,
  subnetContains,
  subnetCovers,
  subnetSize,
  subnetsOverlap,
} from "../base/index.ts";
import type { Store } from "../store/index.ts";
import { choosePool, defaultPools, hostSubnets, localPools } from "./address-pools.ts";
import { listNetworks } from "./network-table.ts";
import type { IpamPool, IpamRequest, NetworkRecord } from "./types.ts";

/** Which families a network has. */
export interface Families {
  readonly ipv4: boolean;
  readonly ipv6: boolean;
}

/** The network's pool of a family; undefined when it has none. */
export function poolOf(
  { ipam, ipv4, ipv6 }: Pick<NetworkRecord, "ipam" | "ipv4" | "ipv6">,
  family: 4 | 6,
): IpamPool | undefined {
  if (!(family === 4 ? ipv4 : ipv6)) return undefined;
  return ipam.pools?.find(({ subnet }) => parseSubnet(subnet)?.family === family);
}

/**
 * The pools of a new network: what the user asks for, and a free one for each family that is left without.
 * Call it in the transaction that records the network. Throws when a pool is another network's.
 */
export function choosePools(store: Store, asked: readonly IpamPool[], { ipv4, ipv6 }: Families): IpamPool[] {
  const used = networkSubnets(store);
  for (const { subnet } of asked) {
    const parsed = parseSubnet(subnet);
    if (parsed !== undefined && used.some((other) => subnetsOverlap(other, parsed))) {
      throw new EngineError(
        "forbidden",
        "invalid pool request: Pool overlaps with other one on this address space",
        {
          hint: overlapHint(store, parsed),
        },
      );
    }
  }
  const has = (family: 4 | 6) => asked.some(({ subnet }) => parseSubnet(subnet)?.family === family);
  return [
    ...asked,
    ...(ipv4 && !has(4) ? [freePool(store)] : []),
    ...(ipv6 && !has(6) ? [freeLocalPool(store)] : []),
  ];
}

/** A free IPv4 pool; addresses of `device` itself do not count as taken. */
export function freePool(store: Store, device?: string): IpamPool {
  return toPool(choosePool(defaultPools(), [...networkSubnets(store, device), ...hostSubnets(device)]));
}

/** The pool that a user asks for. Throws `invalidArgument` with all that is wrong in Docker's words. */
export function checkPools(asked: readonly IpamRequest[]): IpamPool[] {
  const problems = asked.flatMap(poolProblems);
  if (problems.length > 0) {
    throw new EngineError("invalidArgument", `invalid network config:\n${problems.join("\n")}`);
  }
  for (const family of [4, 6]) {
    const ofFamily = asked.filter(({ subnet }) => parseSubnet(subnet)?.family === family);
    if (ofFamily.length > 1) {
      throw new EngineError("invalidArgument", "bridge driver doesn't support multiple subnets");
    }
  }
  return asked.map(toAskedPool).toSorted((a, b) => familyOf(a) - familyOf(b));
}

function familyOf({ subnet }: IpamPool): number {
  return parseSubnet(subnet)?.family ?? 0;
}

function toAskedPool({ subnet: text, ipRange, gateway, auxiliary }: IpamRequest): IpamPool {
  const subnet = parseSubnet(text);
  const range = parseSubnet(ipRange ?? text);
  const implied = subnet === undefined || range === undefined ? "" : firstAddress(subnet, range);
  return {
    subnet: text,
    ...(ipRange === undefined ? {} : { ipRange }),
    ...(gateway === undefined ? { gateway: implied, gatewayImplied: true as const } : { gateway }),
    ...(auxiliary === undefined ? {} : { auxiliary }),
  };
}

/** The first address of `range` that can be a machine's. */
function firstAddress(subnet: Subnet, range: Subnet): string {
  const offset = range.base === subnet.base && subnetSize(range) > 1n ? 1n : 0n;
  return formatAddress(addressAt(range, offset));
}

function poolProblems({ subnet: text, ipRange, gateway, auxiliary = {} }: IpamRequest): string[] {
  const subnet = parseSubnet(text);
  if (subnet === undefined) return [`invalid subnet ${text}: invalid CIDR block notation`];
  const exact = formatSubnet(subnet);
  const [address = ""] = text.split("/");
  if (formatAddress(parseAddress(address) ?? addressAt(subnet, 0n)) !== exact.split("/")[0]) {
    return [`invalid subnet ${text}: it should be ${exact}`];
  }
  const problems: string[] = [];
  const range = ipRange === undefined ? undefined : parseSubnet(ipRange);
  if (ipRange !== undefined && range === undefined) {
    problems.push(`invalid ip-range ${ipRange}: invalid CIDR block notation`);
  }
  if (range !== undefined && !subnetCovers(subnet, range)) {
    problems.push(`invalid ip-range ${ipRange}: parent subnet ${exact} doesn't contain ip-range`);
  }
  const inside = (kind: string, given: string): void => {
    const parsed = parseAddress(given);
    if (parsed === undefined) problems.push(`invalid ${kind} ${given}: invalid address`);
    else if (!subnetContains(subnet, parsed)) {
      problems.push(`invalid ${kind} ${given}: parent subnet ${exact} doesn't contain this address`);
    }
  };
  if (gateway !== undefined) inside("gateway", gateway);
  for (const [name, given] of Object.entries(auxiliary)) inside(`auxiliary address ${name}:`, given);
  return problems;
}

function freeLocalPool(store: Store): IpamPool {
  return toPool(
    choosePool(localPools(`${machineId()} ${store.root}`), [...networkSubnets(store), ...hostSubnets()]),
  );
}

function toPool(subnet: Subnet): IpamPool {
  return { subnet: formatSubnet(subnet), gateway: formatAddress(addressAt(subnet, 1n)) };
}

function networkSubnets(store: Store, exceptDevice?: string): Subnet[] {
  return listNetworks(store)
    .filter(
      ({ configOnly, device }) => !configOnly && (exceptDevice === undefined || device !== exceptDevice),
    )
    .flatMap(({ ipam }) => ipam.pools ?? [])
    .flatMap(({ subnet }) => parseSubnet(subnet) ?? []);
}

function overlapHint(store: Store, subnet: Subnet): string {
  const owner = listNetworks(store).find(({ configOnly, ipam }) =>
    (configOnly ? [] : (ipam.pools ?? [])).some((pool) => {
      const parsed = parseSubnet(pool.subnet);
      return parsed !== undefined && subnetsOverlap(parsed, subnet);
    }),
  );
  const pools = owner?.ipam.pools?.map((pool) => pool.subnet).join(", ");
  return `the network ${owner?.name} has ${pools}`;
}

function machineId(): string {
  try {
    return readFileSync("/etc/machine-id", "utf8").trim();
  } catch {
    return "";
  }
}
