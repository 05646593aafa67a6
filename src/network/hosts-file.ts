import { EngineError } from "../base/index.ts";
import { type ExtraHost, HOST_GATEWAY } from "./extra-hosts.ts";

/** What an `/etc/hosts` says. */
export interface HostsFile {
  readonly hostname: string;
  readonly domainname: string;
  /** The container's own addresses; none for a container without a network. */
  readonly addresses: readonly string[];
  readonly extraHosts: readonly ExtraHost[];
  /** What `host-gateway` stands for; empty when there is no such address. */
  readonly hostGateway: string;
  /** The host's own file, for containers on the network `host`: extra hosts follow it. */
  readonly base?: string;
}

const LOOPBACK = `127.0.0.1\tlocalhost
::1\tlocalhost ip6-localhost ip6-loopback
fe00::\tip6-localnet
ff00::\tip6-mcastprefix
ff02::1\tip6-allnodes
ff02::2\tip6-allrouters
`;

/** The text of `/etc/hosts` as Docker writes it: loopback names, extra hosts in their order, then the container. */
export function formatHosts(file: HostsFile): string {
  const { hostname, domainname, addresses, extraHosts, hostGateway, base } = file;
  const extra = extraHosts.map(({ name, address }) => {
    if (address !== HOST_GATEWAY) return `${address}\t${name}\n`;
    if (hostGateway !== "") return `${hostGateway}\t${name}\n`;
    throw new EngineError("invalidArgument", "unable to derive the IP value for host-gateway");
  });
  const full = domainname === "" ? hostname : `${hostname}.${domainname}`;
  const [short = ""] = full.split(".");
  const names = short === full ? full : `${full} ${short}`;
  const own = base === undefined ? addresses.map((address) => `${address}\t${names}\n`) : [];
  return `${base ?? LOOPBACK}${extra.join("")}${own.join("")}`;
}

/** The text of `/etc/hostname`. */
export function formatHostname(hostname: string): string {
  return `${hostname}\n`;
}
