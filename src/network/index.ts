export { type ExtraHost, HOST_GATEWAY, parseExtraHost } from "./extra-hosts.ts";
export { validatePublishRequest } from "./hold-ports.ts";
export { formatHostname, formatHosts, type HostsFile } from "./hosts-file.ts";
export { parseMac } from "./mac-address.ts";
export { type NetworkMode, parseNetworkMode } from "./network-mode.ts";
export { type NetworkPlan, type Networks, openNetworks } from "./networks.ts";
export type { PortChange } from "./publish-ports.ts";
export type { Reservation } from "./reserve.ts";
export {
  formatResolvConf,
  type HostResolvConf,
  type ResolvOptions,
  readHostResolvConf,
} from "./resolv-conf.ts";
export type {
  ConnectedEndpoint,
  Connection,
  ConnectOptions,
  EndpointRequest,
  EndpointState,
  IpamPool,
  IpamRequest,
  Ipv6State,
  NetworkDriver,
  NetworkRecord,
  NetworkRequest,
  PortBinding,
  PortRange,
  Protocol,
  PublishedPort,
  PublishRequest,
  Sandbox,
} from "./types.ts";
