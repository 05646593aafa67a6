import type { Store } from "../store/index.ts";
import type { Protocol, PublishedPort } from "./types.ts";

/** Every IPv4 address of this host. */
export const ANY = "0.0.0.0";

/** Every IPv6 address of this host. */
export const ANY6 = "::";

/** A binding that stands in the way of another. */
export interface Holder {
  readonly hostIp: string;
  readonly container: string;
}

/** The binding that stands in the way of this one; undefined when the port is not published. */
export function publishedAt(
  store: Store,
  { protocol, hostIp, hostPort }: { protocol: Protocol; hostIp: string; hostPort: number },
): Holder | undefined {
  return store
    .rows<Holder>(
      "SELECT host_ip AS hostIp, container FROM published WHERE protocol = ? AND host_port = ?",
      protocol,
      hostPort,
    )
    .find((other) => sameAddress(other.hostIp, hostIp));
}

/** True when two bindings of one port would get the same packets. */
export function sameAddress(one: string, other: string): boolean {
  if (one.includes(":") !== other.includes(":")) return false;
  const any = one.includes(":") ? ANY6 : ANY;
  return one === other || one === any || other === any;
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
