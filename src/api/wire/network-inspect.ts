import type { NetworkView } from "../../engine/index.ts";
import { type GoValue, goTyped } from "../../template/index.ts";
import { networkType } from "./network-type.ts";

type Shape = Readonly<Record<string, unknown>>;

/** The answer of `GET /networks/{id}`; an item of the list is the same without containers. */
export function toNetworkInspect({ network, connected }: NetworkView): GoValue {
  const { id, name, ipam } = network;
  return goTyped(networkType, {
    Name: name,
    Id: id,
    Created: network.created,
    Scope: network.scope,
    Driver: network.driver,
    EnableIPv4: network.ipv4,
    EnableIPv6: network.ipv6,
    IPAM: { Driver: "default", Options: ipam.options, Config: ipam.pools?.map(toPool) ?? null },
    Internal: network.internal,
    Attachable: network.attachable,
    Ingress: false,
    ConfigFrom: { Network: network.configFrom },
    ConfigOnly: network.configOnly,
    Containers: Object.fromEntries(connected.map((each) => [each.containerId, toEndpoint(each)])),
    Options: network.options,
    Labels: network.labels,
  });
}

function toPool(pool: NonNullable<NetworkView["network"]["ipam"]["pools"]>[number]): Shape {
  return {
    Subnet: pool.subnet,
    IPRange: pool.ipRange,
    Gateway: pool.gatewayImplied ? undefined : pool.gateway,
    AuxiliaryAddresses: pool.auxiliary,
  };
}

function toEndpoint({ containerName, endpoint }: NetworkView["connected"][number]): Shape {
  const { address, prefixLength, ipv6 } = endpoint;
  return {
    Name: containerName,
    EndpointID: endpoint.endpointId,
    MacAddress: endpoint.macAddress,
    IPv4Address: address === "" ? "" : `${address}/${prefixLength}`,
    IPv6Address: ipv6 === undefined ? "" : `${ipv6.address}/${ipv6.prefixLength}`,
  };
}
