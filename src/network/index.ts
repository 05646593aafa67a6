export { validatePublishRequest } from "./choose-ports.ts";
export { type ExtraHost, HOST_GATEWAY, parseExtraHost } from "./extra-hosts.ts";
export { formatHostname, formatHosts, type HostsFile } from "./hosts-file.ts";
export { parseMac } from "./mac-address.ts";
export { type NetworkMode, parseNetworkMode } from "./network-mode.ts";
export { type Networks, openNetworks } from "./networks.ts";
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
  NetworkDriver,
  NetworkRecord,
  PortBinding,
  PortRange,
  Protocol,
  PublishedPort,
  PublishRequest,
  Sandbox,
} from "./types.ts";
