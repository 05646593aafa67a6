import { closeSync, openSync } from "node:fs";
import { EngineError } from "../base/index.ts";
import { run } from "../host/index.ts";
import type { Store } from "../store/index.ts";
import { DNS_PORT, hasNames, nameServerOf } from "./dns-names.ts";
import { setSysctl } from "./links.ts";
import { poolOf } from "./network-pools.ts";
import { toSandbox, withNamespace } from "./sandbox.ts";
import type { NetworkRecord } from "./types.ts";

/** The name server that a container on a network of the user finds in its resolv.conf, as in Docker. */
export const INTERNAL_RESOLVER = "127.0.0.11";

const TABLE = "strake_dns";

/** What the `resolv.conf` of a container on these networks is to name; undefined for the host's resolvers. */
export function resolverOf(networks: readonly NetworkRecord[]): string | undefined {
  const named = networks.filter(hasNames);
  if (named.some((network) => poolOf(network, 4) !== undefined)) return INTERNAL_RESOLVER;
  const [first] = named;
  return first === undefined ? undefined : poolOf(first, 6)?.gateway;
}

/**
 * Leads what the container sends to its internal resolver to the name server on a gateway; away again when it is on
 * no network with names. Call it whenever its networks have changed.
 */
export async function settleResolver(store: Store, containerId: string): Promise<void> {
  const { key } = toSandbox(store.run, containerId);
  const server = nameServerOf(store, containerId);
  if (server !== undefined && !server.includes(":")) openLoopback(key);
  const script = formatResolverRules(server);
  const result = await run(["nsenter", `--net=${key}`, "nft", "-f", "-"], { stdin: script });
  if (result.exitCode === 0) return;
  throw new EngineError(
    "internal",
    `cannot lead ${INTERNAL_RESOLVER} to the name server: ${result.stderr.trim()}`,
  );
}

/** The nftables script for a container; `server` is an address of the gateway, undefined for no rules. */
export function formatResolverRules(server: string | undefined): string {
  const removal = (["ip", "ip6"] as const)
    .map((family) => `add table ${family} ${TABLE}\ndelete table ${family} ${TABLE}\n`)
    .join("");
  if (server === undefined) return removal;
  if (server.includes(":")) return `${removal}${formatIpv6Rules(server)}`;
  // Nobody but the container itself may reach its loopback addresses, although they can be routed now.
  return `${removal}table ip ${TABLE} {
  chain guard {
    type filter hook prerouting priority raw; policy accept;
    iifname != "lo" ip daddr 127.0.0.0/8 drop
  }
  chain output {
    type nat hook output priority -100; policy accept;
    ip daddr ${INTERNAL_RESOLVER} meta l4proto { tcp, udp } th dport 53 dnat to ${server}:${DNS_PORT}
  }
  chain postrouting {
    type nat hook postrouting priority srcnat; policy accept;
    ip saddr 127.0.0.0/8 ip daddr ${server} masquerade
  }
}
`;
}

// Without IPv4 there is no way from a loopback address to the gateway, so its resolver is the gateway itself.
function formatIpv6Rules(server: string): string {
  return `table ip6 ${TABLE} {
  chain output {
    type nat hook output priority -100; policy accept;
    ip6 daddr ${server} meta l4proto { tcp, udp } th dport 53 dnat to [${server}]:${DNS_PORT}
  }
}
`;
}

/** The kernel sends nothing from a loopback address to another machine unless it is told to. */
function openLoopback(key: string): void {
  const namespace = openSync(key, "r");
  try {
    withNamespace(namespace, () => setSysctl("ipv4/conf/all/route_localnet", "1"));
  } finally {
    closeSync(namespace);
  }
}
