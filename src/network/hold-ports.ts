import { readFileSync } from "node:fs";
import { addressBytes, EngineError, errnoOf, parseAddress, shortId } from "../base/index.ts";
import { bindPort, closeFd, type NamedFd } from "../host/index.ts";
import type { Store } from "../store/index.ts";
import { allPortsAllocated, connectivityFailed, portAllocated, portInUse } from "./errors.ts";
import { findListener } from "./port-listener.ts";
import { ANY, ANY6, claimPorts, type Holder, publishedAt, sameAddress } from "./published-table.ts";
import type { EndpointState, PortRange, Protocol, PublishedPort, PublishRequest } from "./types.ts";

/** For whom ports are taken; the names appear in errors. */
export interface PortOwner {
  readonly containerId: string;
  readonly containerName: string;
  readonly endpoint: Pick<EndpointState, "endpointId" | "address" | "ipv6">;
  /** Where ports go that name no address; empty for everywhere. */
  readonly defaultHostIp: string;
}

/** Ports that are the container's, and sockets that keep other processes from taking them, by {@link socketName}. */
export interface HeldPorts {
  readonly published: readonly PublishedPort[];
  readonly sockets: readonly NamedFd[];
}

/** What the socket that holds a port is called. */
export function socketName({ protocol, hostIp, hostPort }: PublishedPort): string {
  return `${protocol} ${hostIp} ${hostPort}`;
}

/** Throws for a request that can never be met, before anything is made: an unreadable host address. */
export function validatePublishRequest({ hostIp }: PublishRequest): void {
  if (hostIp !== "" && parseAddress(hostIp) === undefined) {
    throw new EngineError("invalidArgument", `invalid IP address: ${hostIp}`);
  }
}

/**
 * Takes a free port of this host for each request: published by no container and used by no process. The caller
 * closes the sockets, or hands them on to a process that keeps them. Docker's errors when a port is taken.
 */
export function holdPorts(store: Store, requests: readonly PublishRequest[], owner: PortOwner): HeldPorts {
  const published: PublishedPort[] = [];
  const sockets: NamedFd[] = [];
  try {
    for (const request of requests) {
      const held = holdPort(store, request, { owner, chosen: published });
      published.push(...held.published);
      sockets.push(...held.sockets);
    }
    return { published, sockets };
  } catch (error) {
    for (const { fd } of sockets) closeFd(fd);
    throw error;
  }
}

/** A socket on a published port, which nobody answers. Throws with the errno of bind(2) or listen(2). */
export function bindPublished({ protocol, hostIp, hostPort }: PublishedPort): number {
  return bindPort(protocol, addressBytes(hostIp), hostPort);
}

interface Choice {
  readonly owner: PortOwner;
  readonly chosen: readonly PublishedPort[];
}

function holdPort(store: Store, request: PublishRequest, { owner, chosen }: Choice): HeldPorts {
  const { containerPort, protocol } = request;
  const range = request.hostPort ?? ephemeralPorts();
  const hostIps = hostAddresses(request, owner);
  let failure = new Refusal(allPortsAllocated());
  // A random start, so that a port just given up is not given out again at once.
  const start = request.hostPort === undefined ? Math.floor(Math.random() * sizeOf(range)) : 0;
  for (let at = 0; at < sizeOf(range); at++) {
    const hostPort = range.first + ((start + at) % sizeOf(range));
    const ports = hostIps.map((hostIp): PublishedPort => ({ containerPort, protocol, hostIp, hostPort }));
    const held = tryPorts(store, ports, { owner, chosen });
    if (!(held instanceof Refusal)) return held;
    failure = held;
    if (held.isFinal) break;
  }
  if (request.hostPort === undefined && !failure.isFinal) failure = new Refusal(allPortsAllocated());
  throw connectivityFailed(owner, failure.reason, failure.hint);
}

class Refusal {
  readonly reason: string;
  readonly hint: string | undefined;
  /** No other port would do better. */
  readonly isFinal: boolean;

  constructor(reason: string, { hint, isFinal = false }: { hint?: string; isFinal?: boolean } = {}) {
    this.reason = reason;
    this.hint = hint;
    this.isFinal = isFinal;
  }
}

function tryPorts(
  store: Store,
  ports: readonly PublishedPort[],
  { owner, chosen }: Choice,
): HeldPorts | Refusal {
  const sockets: NamedFd[] = [];
  const refuse = (refusal: Refusal): Refusal => {
    for (const { fd } of sockets) closeFd(fd);
    return refusal;
  };
  for (const port of ports) {
    const holder = conflict(chosen, port, owner) ?? publishedAt(store, port);
    if (holder !== undefined) return refuse(allocated(store, holder, port));
    const taken = takeSocket(port, owner);
    if (taken instanceof Refusal) return refuse(taken);
    if (taken !== undefined) sockets.push({ name: socketName(port), fd: taken });
  }
  if (claimPorts(store, owner.containerId, ports)) return { published: ports, sockets };
  return refuse(new Refusal(portAllocated(ports[0]?.hostIp ?? ANY, ports[0]?.hostPort ?? 0)));
}

function allocated(store: Store, { hostIp, container }: Holder, { hostPort }: PublishedPort): Refusal {
  const row = store.row<{ name: string }>("SELECT name FROM containers WHERE id = ?", container);
  const hint = `the container ${row?.name ?? shortId(container)} publishes it`;
  return new Refusal(portAllocated(hostIp, hostPort), { hint });
}

/** A socket on the port; undefined when this kernel has no such sockets. */
function takeSocket(port: PublishedPort, owner: PortOwner): number | undefined | Refusal {
  const { protocol, hostIp, hostPort, containerPort } = port;
  try {
    return bindPublished(port);
  } catch (error) {
    const code = errnoOf(error) ?? "";
    if (protocol === "sctp" && ["EPROTONOSUPPORT", "ESOCKTNOSUPPORT"].includes(code)) return undefined;
    const why = REASONS[code];
    if (why === undefined) throw error;
    const { endpoint } = owner;
    const isIpv6 = hostIp.includes(":");
    const address = isIpv6 ? (endpoint.ipv6?.address ?? "") : endpoint.address;
    const [host, inner] = isIpv6 ? [`[${hostIp}]`, `[${address}]`] : [hostIp, address];
    return new Refusal(portInUse(`${host}:${hostPort}:${inner}:${containerPort}/${protocol}`, why), {
      isFinal: code !== "EADDRINUSE",
      ...(code === "EADDRINUSE" ? { hint: userOf(protocol, hostPort) } : {}),
    });
  }
}

function userOf(protocol: Protocol, port: number): string {
  const listener = findListener(protocol, port);
  return listener === undefined
    ? "no process shows it as its own: a container of another STRAKE_ROOT may have it"
    : `${listener.command} (process ${listener.pid}) has it`;
}

const REASONS: Readonly<Record<string, string>> = {
  EADDRINUSE: "address already in use",
  EADDRNOTAVAIL: "cannot assign requested address",
  EACCES: "permission denied",
};

/** Where a port is published: at the address that is asked for, or everywhere that the container can answer. */
function hostAddresses({ hostIp }: PublishRequest, { endpoint, defaultHostIp }: PortOwner): string[] {
  const wanted = hostIp === "" ? defaultHostIp : hostIp;
  const has = { 4: endpoint.address !== "", 6: endpoint.ipv6 !== undefined };
  if (wanted === "") return [...(has[4] ? [ANY] : []), ...(has[6] ? [ANY6] : [])];
  const family = parseAddress(wanted)?.family ?? 4;
  if (has[family]) return [wanted];
  throw new EngineError(
    "invalidArgument",
    `cannot publish a port on ${wanted}: the container has no IPv${family} address`,
    {
      hint: family === 6 ? "put it on a network made with --ipv6" : "put it on a network with IPv4",
    },
  );
}

function conflict(
  chosen: readonly PublishedPort[],
  { protocol, hostIp, hostPort }: PublishedPort,
  { containerId: container }: PortOwner,
): Holder | undefined {
  const found = chosen.find(
    (other) =>
      other.protocol === protocol && other.hostPort === hostPort && sameAddress(other.hostIp, hostIp),
  );
  return found === undefined ? undefined : { hostIp: found.hostIp, container };
}

function ephemeralPorts(): PortRange {
  const text = readFileSync("/proc/sys/net/ipv4/ip_local_port_range", "utf8");
  const [first = 32768, last = 60999] = text.trim().split(/\s+/).map(Number);
  return { first, last };
}

function sizeOf({ first, last }: PortRange): number {
  return last - first + 1;
}
