import { bool, list, parsed, text } from "../../../flags/kinds.ts";
import { checkDomain, checkIp, parseAddHost, parseLink } from "../../../values/hosts.ts";
import { parseNetwork } from "../../../values/network.ts";

/** Names, addresses and ports. */
export const NETWORK_FLAGS = {
  "add-host": list("Add a custom host-to-IP mapping (host:ip)", { check: parseAddHost }),
  dns: list("Set custom DNS servers", { check: checkIp }),
  "dns-option": list("Set DNS options"),
  "dns-search": list("Set custom DNS search domains", { check: checkDomain }),
  domainname: text("Container NIS domain name"),
  expose: list("Expose a port or a range of ports"),
  hostname: text("Container host name", { shorthand: "h" }),
  ip: text("IPv4 address (e.g., 172.30.100.104)"),
  ip6: text("IPv6 address (e.g., 2001:db8::33)"),
  link: list("Add link to another container", { check: parseLink }),
  "link-local-ip": list("Container IPv4/IPv6 link-local addresses"),
  "mac-address": text("Container MAC address (e.g., 92:d0:c6:0a:29:33)"),
  network: parsed("network", "Connect a container to a network", { parse: parseNetwork }),
  "network-alias": list("Add network-scoped alias for the container"),
  publish: list("Publish a container's port(s) to the host", { shorthand: "p" }),
  "publish-all": bool("Publish all exposed ports to random ports", { shorthand: "P" }),
  net: parsed("network", "Connect a container to a network", {
    parse: parseNetwork,
    hidden: true,
    aliasOf: "network",
  }),
  "net-alias": list("Add network-scoped alias for the container", { hidden: true, aliasOf: "network-alias" }),
  "dns-opt": list("Set DNS options", { hidden: true, aliasOf: "dns-option" }),
};
