import type { Store } from "../store/index.ts";
import type { Protocol, PublishedPort } from "./types.ts";

/** Every IPv4 address of this host. */
export const ANY = "0.0.0.0";

/** The address whose binding stands in the way of this one; undefined when the port is not published. */
export function publishedAt(
  store: Store,
  { protocol, hostIp, hostPort }: { protocol: Protocol; hostIp: string; hostPort: number },
): string | undefined {
  return store.row<{ host_ip: string }>(
    `SELECT host_ip FROM published
     WHERE protocol = ?1 AND host_port = ?2 AND (host_ip = ?3 OR host_ip = '${ANY}' OR ?3 = '${ANY}')`,
    protocol,
    hostPort,
    hostIp,
  )?.host_ip;
}

/** Takes all the ports for the container or, when another took one meanwhile, none: then false. */
export function claimPorts(store: Store, container: string, ports: readonly PublishedPort[]): boolean {
  return store.transaction(() => {
    if (ports.some((port) => publishedAt(store, port) !== undefined)) return false;
    for (const { protocol, hostIp, hostPort } of ports) {
      store.change(
        "INSERT INTO published(protocol, host_ip, host_port, container) VALUES (?,?,?,?)",
        protocol,
        hostIp,
        hostPort,
        container,
      );
    }
    return true;
  });
}

/** Gives up the container's claim on the ports. */
export function unclaimPorts(store: Store, container: string, ports: readonly PublishedPort[]): void {
  for (const { protocol, hostIp, hostPort } of ports) {
    store.change(
      "DELETE FROM published WHERE protocol = ? AND host_ip = ? AND host_port = ? AND container = ?",
      protocol,
      hostIp,
      hostPort,
      container,
    );
  }
}
