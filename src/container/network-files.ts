import { readFileSync, writeFileSync } from "node:fs";
import {
  formatHostname,
  formatHosts,
  formatResolvConf,
  HOST_GATEWAY,
  parseExtraHost,
  readHostResolvConf,
} from "../network/index.ts";
import type { ContainerContext } from "./context.ts";
import { containerPaths } from "./paths.ts";
import type { ContainerRecord, NetworkState } from "./record.ts";
import { saveContainer } from "./table.ts";

/**
 * Writes the files that become `/etc/hosts`, `/etc/hostname` and `/etc/resolv.conf`. They are written in place, so
 * that a container that has them mounted already sees the addresses that are only known later.
 */
export function writeNetworkFiles(
  context: ContainerContext,
  record: ContainerRecord,
  network: NetworkState | undefined,
): void {
  const { config, hostConfig, id } = record;
  if (hostConfig.NetworkMode.startsWith("container:")) return;
  const paths = containerPaths(context.store, id);
  writeHosts(paths.hosts, record, network);
  if (network !== undefined) return;
  writeFileSync(paths.hostname, formatHostname(config.Hostname));
  writeResolvConf(context, record);
}

/** Writes `/etc/resolv.conf` anew if another resolver is to be asked than on the networks `before`. */
export function renewResolvConf(
  context: ContainerContext,
  record: ContainerRecord,
  before: readonly string[],
): void {
  const { networks } = context;
  const after = Object.keys(record.endpoints);
  // What somebody wrote into the file stays otherwise.
  if (networks.resolverOn(before) !== networks.resolverOn(after)) writeResolvConf(context, record);
}

function writeResolvConf(context: ContainerContext, { id, hostConfig, endpoints }: ContainerRecord): void {
  const internal = context.networks.resolverOn(Object.keys(endpoints));
  const text = formatResolvConf(readHostResolvConf(), {
    dns: hostConfig.Dns,
    search: hostConfig.DnsSearch,
    options: hostConfig.DnsOptions,
    mode: hostConfig.NetworkMode === "host" ? "host" : "own",
    ...(internal === undefined ? {} : { internal }),
  });
  writeFileSync(containerPaths(context.store, id).resolvConf, text);
}

function writeHosts(
  path: string,
  { config, hostConfig }: ContainerRecord,
  network: NetworkState | undefined,
): void {
  const extraHosts = (hostConfig.ExtraHosts ?? []).map(parseExtraHost);
  const gateway = network?.endpoints.find((endpoint) => endpoint.gateway !== "")?.gateway ?? "";
  const known = network !== undefined || !extraHosts.some(({ address }) => address === HOST_GATEWAY);
  const addresses =
    network?.endpoints
      .flatMap(({ address, ipv6 }) => [address, ipv6?.address ?? ""])
      .filter((address) => address !== "") ?? [];
  const text = formatHosts({
    hostname: config.Hostname,
    domainname: config.Domainname,
    addresses,
    extraHosts: known ? extraHosts : [],
    hostGateway: hostConfig.NetworkMode === "host" ? "127.0.0.1" : gateway,
    ...(hostConfig.NetworkMode === "host" ? { base: readFileSync("/etc/hosts", "utf8") } : {}),
  });
  writeFileSync(path, text);
}

/** Records a changed network of a running container, and writes the files that tell the container of it. */
export function saveNetwork(
  context: ContainerContext,
  record: ContainerRecord,
  before: ContainerRecord,
): void {
  writeNetworkFiles(context, record, record.network ?? undefined);
  renewResolvConf(context, record, Object.keys(before.endpoints));
  saveContainer(context.store, record);
}
