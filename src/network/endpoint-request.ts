import { parseAddress, parseSubnet, subnetContains } from "../base/index.ts";
import { invalidEndpoint, invalidMac } from "./errors.ts";
import { parseMac } from "./mac-address.ts";
import type { EndpointRequest, NetworkRecord } from "./types.ts";

/**
 * Throws, in Docker's words, when the network cannot give what is asked: a bad address, one outside of the
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
  if (hasStatic && !network.ipam.fromUser) {
    reasons.push(
      "user specified IP address is supported only when connecting to networks with user configured subnets",
    );
  } else {
    for (const address of [IPv4Address, IPv6Address]) {
      if (address !== "" && !isInPools(network, address)) {
        reasons.push(`no configured subnet or ip-range contain the IP address ${address}`);
      }
    }
  }
  for (const address of request.LinkLocalIPs ?? []) {
    reasons.push(`link-local address ${address} is not supported`);
  }
  if (reasons.length > 0) throw invalidEndpoint(network.name, reasons);
  if (MacAddress !== "" && parseMac(MacAddress) === undefined) throw invalidMac(network.name, MacAddress);
}

function isInPools(network: NetworkRecord, address: string): boolean {
  const value = parseAddress(address);
  if (value === undefined) return false;
  return (network.ipam.pools ?? []).some(({ subnet }) => {
    const parsed = parseSubnet(subnet);
    return parsed !== undefined && subnetContains(parsed, value);
  });
}
