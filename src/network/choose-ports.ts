import { readFileSync } from "node:fs";
import { EngineError } from "../base/index.ts";
import type { Store } from "../store/index.ts";
import { allPortsAllocated, connectivityFailed, portAllocated, portInUse } from "./errors.ts";
import { parseIpv4 } from "./ipv4.ts";
import { probePort } from "./port-probe.ts";
import { ANY, publishedAt } from "./published-table.ts";
import type { PortRange, PublishedPort, PublishRequest } from "./types.ts";

/** For whom ports are chosen; the names appear in errors. */
export interface PortOwner {
  readonly containerName: string;
  readonly endpointId: string;
  /** The container's address. */
  readonly address: string;
}

/**
 * Finds a free port of this host for each request: published by no container and listened on by no process.
 * It claims nothing yet. Docker's errors when a port is taken.
 */
export async function choosePorts(
  store: Store,
  requests: readonly PublishRequest[],
  owner: PortOwner,
): Promise<PublishedPort[]> {
  const chosen: PublishedPort[] = [];
  for (const request of requests) chosen.push(await choosePort(store, request, { owner, chosen }));
  return chosen;
}

/** Throws for a request that can never be met, before anything is made: an IPv6 or unreadable host address. */
export function validatePublishRequest({ hostIp }: PublishRequest): void {
  if (hostIp.includes(":")) {
    throw new EngineError(
      "notImplemented",
      `publishing a port on the IPv6 address "${hostIp}" is not supported`,
      {
        hint: "publish on an IPv4 address, or leave the address out",
      },
    );
  }
  if (hostIp !== "" && parseIpv4(hostIp) === undefined) {
    throw new EngineError("invalidArgument", `invalid IP address: ${hostIp}`);
  }
}

interface Choice {
  readonly owner: PortOwner;
  readonly chosen: readonly PublishedPort[];
}

async function choosePort(
  store: Store,
  request: PublishRequest,
  { owner, chosen }: Choice,
): Promise<PublishedPort> {
  const { containerPort, protocol } = request;
  const hostIp = request.hostIp === "" ? ANY : request.hostIp;
  const range = request.hostPort ?? ephemeralPorts();
  const fail = (reason: string) => connectivityFailed(owner.containerName, owner.endpointId, reason);
  let reason = allPortsAllocated();
  for (let hostPort = range.first; hostPort <= range.last; hostPort++) {
    const port: PublishedPort = { containerPort, protocol, hostIp, hostPort };
    const taken = conflict(chosen, port) ?? publishedAt(store, port);
    if (taken !== undefined) {
      reason = portAllocated(taken, hostPort);
      continue;
    }
    const busy = await probePort(protocol, hostIp, hostPort);
    if (busy === undefined) return port;
    const binding = `${hostIp}:${hostPort}:${owner.address}:${containerPort}/${protocol}`;
    reason = portInUse(binding, busy);
    if (busy !== "address already in use") break;
  }
  throw fail(request.hostPort === undefined ? allPortsAllocated() : reason);
}

function conflict(chosen: readonly PublishedPort[], port: PublishedPort): string | undefined {
  return chosen.find(
    ({ protocol, hostIp, hostPort }) =>
      protocol === port.protocol &&
      hostPort === port.hostPort &&
      (hostIp === port.hostIp || hostIp === ANY || port.hostIp === ANY),
  )?.hostIp;
}

function ephemeralPorts(): PortRange {
  const text = readFileSync("/proc/sys/net/ipv4/ip_local_port_range", "utf8");
  const [first = 32768, last = 60999] = text.trim().split(/\s+/).map(Number);
  return { first, last };
}
