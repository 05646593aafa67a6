import { isIP } from "../base/index.ts";
import { DNS_PORT } from "./dns-names.ts";
import { ANY, ANY6 } from "./published-table.ts";
import type { PublishedPort } from "./types.ts";

/** A bridge that the rules are for. */
export interface FirewallBridge {
  readonly device: string;
  /** One of each family that the network has. */
  readonly subnets: readonly string[];
  /** No way out of the network. */
  readonly internal: boolean;
  /** Its containers may talk to each other. */
  readonly icc: boolean;
  /** What goes out gets the host's address. */
  readonly masquerade: boolean;
}

/** A published port and the container's address it leads to. */
export interface PortTarget {
  readonly port: PublishedPort;
  readonly address: string;
}

type Family = "ip" | "ip6";

/** Changes when {@link formatTable} does: a table that an older version left is then replaced. */
export const RULES_VERSION = 3;

/**
 * The nftables script that puts the tables of both families in place, in one step, whatever was there before.
 * Networks and ports are elements of sets and maps; the rules never change. Without an IPv6 subnet there is no
 * table for IPv6.
 */
export function formatTable(
  table: string,
  bridges: readonly FirewallBridge[],
  targets: readonly PortTarget[],
): string {
  const hasIpv6 = bridges.some(({ subnets }) => subnets.some((subnet) => familyOf(subnet) === "ip6"));
  const body = (family: Family) =>
    formatRules(table, family) +
    bridges.map((bridge) => formatBridgeElements(table, family, bridge)).join("");
  return [
    formatRemoval(table),
    body("ip"),
    hasIpv6 ? body("ip6") : "",
    formatPortElements("add", table, targets),
  ].join("");
}

/** Script lines that take the tables away, whether they are there or not. */
export function formatRemoval(table: string): string {
  return (["ip", "ip6"] as const)
    .map((family) => `add table ${family} ${table}\ndelete table ${family} ${table}\n`)
    .join("");
}

/** Script lines that add or delete published ports; empty for none. */
export function formatPortElements(
  verb: "add" | "delete",
  table: string,
  targets: readonly PortTarget[],
): string {
  return targets
    .map(({ port: { protocol, hostIp, hostPort, containerPort }, address }) => {
      const everywhere = hostIp === ANY || hostIp === ANY6;
      const map = everywhere ? "published" : "published_on";
      const key = everywhere ? `${protocol} . ${hostPort}` : `${protocol} . ${hostIp} . ${hostPort}`;
      const value = verb === "add" ? ` : ${address} . ${containerPort}` : "";
      return `${verb} element ${familyOf(hostIp)} ${table} ${map} { ${key}${value} }\n`;
    })
    .join("");
}

function formatRules(table: string, family: Family): string {
  const address = family === "ip" ? "ipv4_addr" : "ipv6_addr";
  // Only IPv4 lets packets with a loopback address on the wire at all.
  const [guard, loopback] =
    family === "ip"
      ? ["iifname @bridges ip daddr 127.0.0.0/8 drop", "ip saddr 127.0.0.0/8 oifname @bridges masquerade"]
      : ["", ""];
  // The name server is for containers and this host, not for its neighbours. A bridge of another engine that has the
  // same subnet, after a crash of this one, is no neighbour: the address is its own.
  const foreign = `iifname != @bridges iifname != "lo" fib daddr . iif type != local`;
  const names = `${foreign} ${family} daddr @subnets th dport ${DNS_PORT} drop`;
  return `table ${family} ${table} {
  map published {
    type inet_proto . inet_service : ${address} . inet_service
  }
  map published_on {
    type inet_proto . ${address} . inet_service : ${address} . inet_service
  }
  set bridges {
    type ifname
  }
  set within {
    type ifname . ifname
  }
  set closed {
    type ifname
  }
  set subnets {
    type ${address}
    flags interval
  }
  set masked {
    type ${address}
    flags interval
  }
  chain publish {
    dnat ${family} to meta l4proto . ${family} daddr . th dport map @published_on
    dnat ${family} to meta l4proto . th dport map @published
  }
  chain guard {
    type filter hook prerouting priority raw; policy accept;
    ${guard}
    meta l4proto { tcp, udp } ${names}
  }
  chain prerouting {
    type nat hook prerouting priority dstnat; policy accept;
    fib daddr type local jump publish
  }
  chain output {
    type nat hook output priority -100; policy accept;
    fib daddr type local jump publish
  }
  chain forward {
    type filter hook forward priority filter; policy accept;
    oifname @bridges ct state established,related accept
    iifname . oifname @within accept
    iifname @closed drop
    oifname @closed drop
    oifname @bridges ct status dnat accept
    oifname @bridges drop
  }
  chain postrouting {
    type nat hook postrouting priority srcnat; policy accept;
    ${loopback}
    ${family} saddr @subnets oifname @bridges ct status dnat masquerade
    ${family} saddr @masked ${family} daddr != @subnets masquerade
  }
}
`;
}

function formatBridgeElements(table: string, family: Family, bridge: FirewallBridge): string {
  const { device, subnets, internal, icc, masquerade } = bridge;
  const element = (set: string, value: string) => `add element ${family} ${table} ${set} { ${value} }\n`;
  const own = subnets.filter((subnet) => familyOf(subnet) === family);
  return [
    element("bridges", `"${device}"`),
    icc ? element("within", `"${device}" . "${device}"`) : "",
    internal ? element("closed", `"${device}"`) : "",
    ...own.map((subnet) => element("subnets", subnet)),
    ...(masquerade ? own.map((subnet) => element("masked", subnet)) : []),
  ].join("");
}

function familyOf(address: string): Family {
  return isIP(address.split("/")[0] ?? "") === 6 ? "ip6" : "ip";
}
