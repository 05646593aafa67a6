import { shortId, ZERO_TIME } from "../../base/index.ts";
import type { ContainerRecord, EndpointState } from "../../engine/index.ts";

type EndpointRequest = EndpointState["request"];
type Shape = Readonly<Record<string, unknown>>;

const PREDEFINED: ReadonlySet<string> = new Set(["bridge", "host", "none"]);

/** `NetworkSettings` of a container; without its network it keeps the names and IDs of its networks only. */
export function toNetworkSettings(record: ContainerRecord): Shape {
  const { network } = record;
  const bridge = network?.endpoints.find(({ networkName }) => networkName === "bridge");
  return {
    SandboxID: network?.sandboxId,
    SandboxKey: network?.sandboxKey,
    Ports: network?.ports ?? {},
    EndpointID: bridge?.endpointId,
    Gateway: bridge?.gateway,
    IPAddress: bridge?.address,
    IPPrefixLen: bridge?.prefixLength,
    MacAddress: bridge?.macAddress,
    ...toIpv6(bridge),
    Networks: toNetworks(record),
  };
}

/** The container's networks by name: live ones as they are, others as they were asked for. */
export function toNetworks(record: ContainerRecord): Readonly<Record<string, Shape>> {
  const live = new Map(record.network?.endpoints.map((endpoint) => [endpoint.networkName, endpoint]));
  const names = new Set([...Object.keys(record.endpoints), ...live.keys()]);
  return Object.fromEntries(
    [...names].map((name) => {
      const endpoint = live.get(name);
      const request = endpoint?.request ?? record.endpoints[name] ?? {};
      const shown = { NetworkID: record.networkIds?.[name], ...toEndpoint(request, endpoint) };
      return [name, { ...shown, DNSNames: toDnsNames(record, name, request) }];
    }),
  );
}

/** Names that the network's other containers find this one by; only networks of the user have them, from the first start on. */
function toDnsNames(
  record: ContainerRecord,
  network: string,
  { Aliases = [] }: EndpointRequest,
): string[] | null {
  if (PREDEFINED.has(network) || record.startedAt === ZERO_TIME) return null;
  const names = [record.name, ...Aliases, shortId(record.id), record.config.Hostname];
  return [...new Set(names.filter((name) => name !== ""))];
}

function toEndpoint(request: EndpointRequest, live: EndpointState | undefined): Shape {
  return {
    IPAMConfig: toAddressRequest(request),
    Links: request.Links,
    Aliases: request.Aliases,
    MacAddress: live?.macAddress,
    DriverOpts: request.DriverOpts,
    GwPriority: request.GwPriority,
    ...(live === undefined ? {} : { NetworkID: live.networkId }),
    EndpointID: live?.endpointId,
    Gateway: live?.gateway,
    IPAddress: live?.address,
    IPPrefixLen: live?.prefixLength,
    ...toIpv6(live),
  };
}

function toIpv6(endpoint: EndpointState | undefined): Shape {
  const { ipv6 } = endpoint ?? {};
  return {
    IPv6Gateway: ipv6?.gateway,
    GlobalIPv6Address: ipv6?.address,
    GlobalIPv6PrefixLen: ipv6?.prefixLength,
  };
}

function toAddressRequest({ IPv4Address, IPv6Address, LinkLocalIPs }: EndpointRequest): Shape | null {
  if (IPv4Address === undefined && IPv6Address === undefined && LinkLocalIPs === undefined) return null;
  return { IPv4Address, IPv6Address, LinkLocalIPs };
}
