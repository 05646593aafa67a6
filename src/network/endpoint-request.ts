import { parseAddress, parseSubnet, type Subnet, subnetContains } from "../base/index.ts";
import { invalidEndpoint, invalidMac } from "./errors.ts";
import { parseMac } from "./mac-address.ts";
import type { EndpointRequest, NetworkRecord } from "./types.ts";

/**
 * Throws, in Docker's words, when the network cannot give what is asked, without its name: a bad address, one outside of the
 * subnet, a static address where the engine chose the subnet. Call it when the container is created and when it starts.
 */
export function validateEndpointRequest(network: NetworkRecord, request: EndpointRequest): void {
  const { MacAddress = "", IPv4Address = "", IPv6Address = "" } = request;
  const reasons: string[] = [];
  const hasStatic = IPv4Address !== "" || IPv6Address !== "";
  if (hasStatic && network.predefined) {
    reasons.push("user specified IP address is supported on user defined networks only");
  }
  if (IPv4Address !== "" && parseAddress(IPv4Address)?.family !== 4) {
    reasons.push(`invalid IPv4 address: ${IPv4Address}`);
  }
  if (IPv6Address !== "" && parseAddress(IPv6Address)?.family !== 6)
    reasons.push(`invalid IPv6 address: ${IPv6Address}`);
  for (const [family, address] of [
    [4, IPv4Address],
    [6, IPv6Address],
  ] as const) {
    const complaint = address === "" ? undefined : complaintOf(subnetsFor(network, family), address);
    if (complaint !== undefined) reasons.push(complaint);
  }
  for (const address of request.LinkLocalIPs ?? []) {
    reasons.push(`link-local address ${address} is not supported`);
  }
  if (reasons.length > 0) throw invalidEndpoint(reasons);
  if (MacAddress !== "" && parseMac(MacAddress) === undefined) throw invalidMac(MacAddress);
}

/** The subnets that a static address may be from. */
function subnetsFor({ ipam }: NetworkRecord, family: 4 | 6): Subnet[] {
  if (!ipam.fromUser) return [];
  return (ipam.pools ?? [])
    .flatMap(({ subnet }) => parseSubnet(subnet) ?? [])
    .filter((subnet) => subnet.family === family);
}

function complaintOf(subnets: readonly Subnet[], address: string): string | undefined {
  if (subnets.length === 0) {
    return "user specified IP address is supported only when connecting to networks with user configured subnets";
  }
  const value = parseAddress(address);
  if (value !== undefined && subnets.some((subnet) => subnetContains(subnet, value))) return undefined;
  return `no configured subnet or ip-range contain the IP address ${address}`;
}
