import { run } from "../host/index.ts";
import { ANY, ANY6 } from "./published-table.ts";
import type { PublishedPort } from "./types.ts";

/**
 * Forgets the UDP flows to published ports: the kernel would go on leading a client that keeps sending to where the
 * port led before. Ports of other transports are left alone, since their connections end by themselves.
 */
export async function flushFlows(ports: readonly PublishedPort[]): Promise<void> {
  for (const { protocol, hostIp, hostPort } of ports) {
    if (protocol !== "udp") continue;
    const address = hostIp === ANY || hostIp === ANY6 ? [] : ["--orig-dst", hostIp];
    const family = hostIp.includes(":") ? "ipv6" : "ipv4";
    // It fails when there was no such flow.
    await run([
      "conntrack",
      "-D",
      "-f",
      family,
      "-p",
      "udp",
      "--orig-port-dst",
      String(hostPort),
      ...address,
    ]);
  }
}
