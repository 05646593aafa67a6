import { ANY } from "./published-table.ts";
import type { PublishedPort } from "./types.ts";

/** A bridge that the rules are for. */
export interface FirewallBridge {
  readonly device: string;
  readonly subnet: string;
  /** No way out of the network. */
  readonly internal: boolean;
}

/** A published port and the container's address it leads to. */
export interface PortTarget {
  readonly port: PublishedPort;
  readonly address: string;
}

/** Changes when {@link formatTable} does: a table that an older version left is then replaced. */
export const RULES_VERSION = 1;

/**
 * The nftables script that puts the whole table in place, in one step, whatever was there before.
 * Networks and ports are elements of sets and maps; the rules never change.
 */
export function formatTable(
  table: string,
  bridges: readonly FirewallBridge[],
  targets: readonly PortTarget[],
): string {
  return `add table ip ${table}
delete table ip ${table}
table ip ${table} {
  map published {
    type inet_proto . inet_service : ipv4_addr . inet_service
  }
  map published_on {
    type inet_proto . ipv4_addr . inet_service : ipv4_addr . inet_service
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
    type ipv4_addr
    flags interval
  }
  chain publish {
    dnat ip to meta l4proto . ip daddr . th dport map @published_on
    dnat ip to meta l4proto . th dport map @published
  }
  chain guard {
    type filter hook prerouting priority raw; policy accept;
    iifname @bridges ip daddr 127.0.0.0/8 drop
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
    ip saddr 127.0.0.0/8 oifname @bridges masquerade
    ip saddr @subnets oifname @bridges ct status dnat masquerade
    ip saddr @subnets ip daddr != @subnets masquerade
  }
}
${bridges.map((bridge) => formatBridgeElements(table, bridge)).join("")}${formatPortElements("add", table, targets)}`;
}

/** Script lines that add a bridge to the sets. */
export function formatBridgeElements(table: string, { device, subnet, internal }: FirewallBridge): string {
  const lines = [
    `add element ip ${table} bridges { "${device}" }`,
    `add element ip ${table} within { "${device}" . "${device}" }`,
    `add element ip ${table} subnets { ${subnet} }`,
  ];
  if (internal) lines.push(`add element ip ${table} closed { "${device}" }`);
  return `${lines.join("\n")}\n`;
}

/** Script lines that add or delete published ports; empty for none. */
export function formatPortElements(
  verb: "add" | "delete",
  table: string,
  targets: readonly PortTarget[],
): string {
  return targets
    .map(({ port: { protocol, hostIp, hostPort, containerPort }, address }) => {
      const map = hostIp === ANY ? "published" : "published_on";
      const key = hostIp === ANY ? `${protocol} . ${hostPort}` : `${protocol} . ${hostIp} . ${hostPort}`;
      const value = verb === "add" ? ` : ${address} . ${containerPort}` : "";
      return `${verb} element ip ${table} ${map} { ${key}${value} }\n`;
    })
    .join("");
}
