import { EngineError, errnoOf } from "../base/index.ts";
import { closeFd, type FdStore, type NamedFd, putFd, takeFds } from "../host/index.ts";
import type { Store } from "../store/index.ts";
import { openPorts } from "./attach-endpoints.ts";
import { parseBridgeOptions } from "./bridge-options.ts";
import { byGateway } from "./default-route.ts";
import { type EndpointRecord, endpointsOf, putEndpoint } from "./endpoint-table.ts";
import { bindPublished, holdPorts, socketName, validatePublishRequest } from "./hold-ports.ts";
import { hasHostSide, reinstallRules } from "./host-side.ts";
import { findNetwork } from "./network-table.ts";
import { unclaimPorts } from "./published-table.ts";
import { closePorts } from "./release.ts";
import { toBindings } from "./reserve.ts";
import type { PortBinding, PublishedPort, PublishRequest } from "./types.ts";

/** Which published ports of a running container are to change. */
export interface PortChange {
  readonly add: readonly PublishRequest[];
  readonly remove: (port: PublishedPort) => boolean;
  /** Where the sockets are that keep others from its ports; without it nothing keeps those that are added. */
  readonly keep?: FdStore | undefined;
}

/** All that a container publishes, wherever it is reachable. */
export interface PortPlacing {
  readonly ports: readonly PublishRequest[];
  /** As in {@link PortChange}. */
  readonly keep: FdStore | undefined;
  /** Trust nothing that is there: a change of it was cut off. */
  readonly afresh?: boolean;
}

/** Docker's form of published ports: `80/tcp` to its bindings. */
export type PortBindings = Record<string, PortBinding[]>;

/**
 * Changes the published ports of a container that runs: all of the change or, when a port cannot be had, nothing.
 * Returns all that it then has, by `80/tcp`.
 */
export async function changePorts(
  store: Store,
  containerId: string,
  { add, remove, keep }: PortChange,
): Promise<PortBindings> {
  for (const request of add) validatePublishRequest(request);
  const record = publishingEndpoint(store, containerId);
  if (record === undefined) throw noWayOut();
  const gone = record.published.filter(remove);
  const kept = record.published.filter((port) => !remove(port));
  const held = hold(store, containerId, { record, add, gone, kept, keep });
  if (gone.length > 0) await closePorts(store, record, gone);
  await openPorts(store, record, held);
  return toBindings([...kept, ...held]);
}

/**
 * Publishes a container's ports at the network that leads out of it now, after networks came or went. Returns all that
 * it then has; nothing when no network leads out.
 */
export async function placePorts(
  store: Store,
  containerId: string,
  { ports, keep, afresh = false }: PortPlacing,
): Promise<PortBindings> {
  const target = publishingEndpoint(store, containerId);
  const holders = endpointsOf(store, containerId)
    .map(({ record }) => record)
    .filter(({ published }) => published.length > 0);
  const [placed] = holders;
  if (!afresh && placed !== undefined && placed.state.endpointId === target?.state.endpointId)
    return toBindings(placed.published);
  for (const holder of holders) {
    await closePorts(store, holder, holder.published);
    store.transaction(() => {
      unclaimPorts(store, containerId, holder.published);
      putEndpoint(store, containerId, { ...holder, published: [] });
    });
  }
  keepOnly(keep, []);
  if (afresh && hasHostSide(store)) await reinstallRules(store);
  if (target === undefined || ports.length === 0) return {};
  return await changePorts(store, containerId, { add: ports, remove: () => false, keep });
}

interface Holding {
  readonly record: EndpointRecord;
  readonly add: readonly PublishRequest[];
  readonly gone: readonly PublishedPort[];
  readonly kept: readonly PublishedPort[];
  readonly keep: FdStore | undefined;
}

/** Records the change and lets the sockets follow; as before when a port cannot be had. */
function hold(store: Store, containerId: string, holding: Holding): readonly PublishedPort[] {
  const { record, add, gone, kept, keep } = holding;
  const options = findNetwork(store, record.state.networkId)?.options ?? {};
  // One that goes would be in the way of one that comes.
  keepOnly(keep, kept);
  try {
    const { published, sockets } = store.transaction(() => {
      unclaimPorts(store, containerId, gone);
      const held = holdPorts(store, add, {
        containerId,
        containerName: record.containerName,
        endpoint: record.state,
        defaultHostIp: parseBridgeOptions(options).hostIp,
      });
      putEndpoint(store, containerId, { ...record, published: [...kept, ...held.published] });
      return held;
    });
    handOver(keep, sockets);
    return published;
  } catch (error) {
    regain(keep, gone);
    throw error;
  }
}

/** Takes sockets again that were given up for a change that failed. One that another process took meanwhile stays its. */
function regain(keep: FdStore | undefined, ports: readonly PublishedPort[]): void {
  if (keep === undefined) return;
  for (const port of ports) {
    try {
      handOver(keep, [{ name: socketName(port), fd: bindPublished(port) }]);
    } catch (error) {
      if (errnoOf(error) === undefined) throw error;
    }
  }
}

/** Closes the sockets in the store that are not of these ports. */
function keepOnly(keep: FdStore | undefined, ports: readonly PublishedPort[]): void {
  if (keep === undefined) return;
  const names = new Set(ports.map(socketName));
  for (const socket of takeFds(keep)) {
    if (names.has(socket.name)) putFd(keep, socket);
    closeFd(socket.fd);
  }
}

function handOver(keep: FdStore | undefined, sockets: readonly NamedFd[]): void {
  for (const socket of sockets) {
    if (keep !== undefined) putFd(keep, socket);
    closeFd(socket.fd);
  }
}

function publishingEndpoint(store: Store, containerId: string): EndpointRecord | undefined {
  const [record] = endpointsOf(store, containerId)
    .map((row) => row.record)
    .filter(({ hostLink, state }) => hostLink !== "" && (state.gateway !== "" || state.ipv6?.gateway))
    .toSorted(byGateway);
  return record;
}

function noWayOut(): EngineError {
  return new EngineError(
    "conflict",
    "cannot publish ports: the container is on no bridge network that leads out",
  );
}
