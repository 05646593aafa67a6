import { existsSync } from "node:fs";
import type { FilterValues } from "../base/index.ts";
import type { Store } from "../store/index.ts";
import { attachEndpoint, attachEndpoints, settleContainer } from "./attach-endpoints.ts";
import { resolverOf } from "./container-dns.ts";
import { createNetwork } from "./create-network.ts";
import { nameServerOf } from "./dns-names.ts";
import { ensureNameServer, syncNames } from "./dns-server.ts";
import { validateEndpointRequest } from "./endpoint-request.ts";
import { allEndpoints, endpointsOf, endpointsOn, putEndpoint } from "./endpoint-table.ts";
import { networkNotFound } from "./errors.ts";
import { networkFilter } from "./filter-networks.ts";
import { findNetwork, listNetworks } from "./network-table.ts";
import { ensurePredefined } from "./predefined.ts";
import {
  changePorts,
  type PortBindings,
  type PortChange,
  type PortPlacing,
  placePorts,
} from "./publish-ports.ts";
import { releaseContainer, releaseEndpoint } from "./release.ts";
import { removeAll } from "./remove-all.ts";
import { prunableNetworks, pruneNetworks, removeNetwork, repairRemovals } from "./remove-network.ts";
import { type Reservation, reserveAnother, reserveEndpoints } from "./reserve.ts";
import { listSandboxes, makeSandbox, toSandbox } from "./sandbox.ts";
import type {
  ConnectedEndpoint,
  Connection,
  ConnectOptions,
  EndpointRequest,
  EndpointState,
  NetworkRecord,
  NetworkRequest,
  PublishRequest,
  Sandbox,
} from "./types.ts";

/** What a container that is about to run wants of the networks. */
export interface NetworkPlan {
  /** By name or ID, the first one first. */
  readonly networks: readonly (Omit<ConnectOptions, "ports"> & { readonly network: string })[];
  readonly ports: readonly PublishRequest[];
}

/** The networks of one store, and the containers on them. */
export interface Networks {
  /** Records a network of the user. Throws Docker's errors for a name, a subnet or an option that cannot be. */
  create(request: NetworkRequest): NetworkRecord;
  /** By name; narrowed by the filters of `network ls`. */
  list(filters?: FilterValues): NetworkRecord[];
  /** By name, ID or unambiguous start of an ID; throws notFound. */
  get(nameOrId: string): NetworkRecord;
  /** As {@link Networks.get}, but undefined when there is none. */
  find(nameOrId: string): NetworkRecord | undefined;
  /** Removes a network with its bridge and rules. Throws notFound, or Docker's error while a container runs on it. */
  remove(nameOrId: string): Promise<void>;
  /** Removes the networks of the user that nothing runs on and `isNeeded` does not keep; their names. */
  prune(filters: FilterValues, isNeeded: (network: NetworkRecord) => boolean): Promise<string[]>;
  /** What {@link Networks.prune} would remove. */
  prunable(filters: FilterValues, isNeeded: (network: NetworkRecord) => boolean): NetworkRecord[];
  /** What runs on the network, for `network inspect`. */
  connected(networkId: string): ConnectedEndpoint[];
  /**
   * The name server that a container on these networks is to ask: one that knows the other containers of a network
   * of the user, undefined for the host's.
   */
  resolverOn(networks: readonly string[]): string | undefined;
  /** Throws what Docker answers to a container's creation when the network cannot give what is asked. */
  validate(nameOrId: string, request: EndpointRequest): void;
  /**
   * Makes the container's network namespace with loopback up (about 2 ms, blocking). The runtime can join it by
   * its path at once, while {@link Networks.attach} works in it.
   */
  createSandbox(containerId: string): Sandbox;
  /** Where the sandbox of a container is, or would be. */
  sandboxOf(containerId: string): Sandbox;
  /** Gives a container that is about to run its addresses and ports. Nothing stays when it throws. */
  reserve(containerId: string, plan: NetworkPlan): Promise<Reservation>;
  /** Makes interfaces and rules for what {@link Networks.reserve} gave; the sandbox must be there. */
  attach(containerId: string): Promise<void>;
  /**
   * Connects a container that runs to one more network. A network of driver `bridge` needs its sandbox; on `host`
   * and `none` this only records the endpoint. Nothing stays when it throws.
   */
  connect(containerId: string, nameOrId: string, options: ConnectOptions): Promise<Connection>;
  /** Takes the container off one network; nothing happens when it is on none such. */
  disconnect(containerId: string, nameOrId: string): Promise<void>;
  /** True when the container's endpoint on this network is there as it was made, with its interface on this host. */
  isAttached(containerId: string, networkId: string): boolean;
  /** IDs of the networks that a running container has an endpoint on, whole or not. */
  networksOf(containerId: string): string[];
  /** Changes the published ports of a container that runs; all that it then has. */
  changePorts(containerId: string, change: PortChange): Promise<PortBindings>;
  /** Publishes a running container's ports where it is reachable now, after it joined or left a network. */
  placePorts(containerId: string, placing: PortPlacing): Promise<PortBindings>;
  /** Makes a container that runs known under other names. */
  rename(
    containerId: string,
    to: {
      readonly containerName: string;
      readonly names: (request: EndpointRequest) => readonly string[];
    },
  ): Promise<void>;
  /** Starts the name server again if somebody ended it. Costs two small reads when all is well. */
  ensureNameServer(): Promise<void>;
  /** Takes away everything of a container that no longer runs. Idempotent, also after a crash or a reboot. */
  release(containerId: string): Promise<void>;
  /** Frees addresses and ports whose sandbox is gone, as after a reboot, and ends removals that were cut off. */
  repair(): Promise<void>;
  /** Takes away every container's network, the bridges and the firewall rules of this store; records stay. */
  removeAll(): Promise<void>;
}

/** Opens the networks recorded in `store`; `bridge`, `host` and `none` are recorded on first use. */
export function openNetworks(store: Store): Networks {
  const find = (nameOrId: string): NetworkRecord | undefined => {
    ensurePredefined(store);
    return findNetwork(store, nameOrId === "default" ? "bridge" : nameOrId);
  };
  const get = (nameOrId: string): NetworkRecord => {
    const network = find(nameOrId);
    if (network === undefined) throw networkNotFound(nameOrId);
    return network;
  };
  return {
    create: (request) => createNetwork(store, request),
    list: (filters = {}) => {
      ensurePredefined(store);
      return listNetworks(store).filter(
        networkFilter(filters, ({ id }) => endpointsOn(store, id).length > 0),
      );
    },
    get,
    find,
    remove: async (nameOrId) => removeNetwork(store, get(nameOrId).id),
    prune: (filters, isNeeded) => pruneNetworks(store, filters, isNeeded),
    prunable: (filters, isNeeded) => prunableNetworks(store, filters, isNeeded),
    connected: (networkId) =>
      endpointsOn(store, networkId).map(({ container, record }) => ({
        containerId: container,
        containerName: record.containerName,
        endpoint: record.state,
      })),
    resolverOn: (names) => resolverOf(names.map(find).filter((network) => network !== undefined)),
    validate: (nameOrId, request) => validateEndpointRequest(get(nameOrId), request),
    createSandbox: (containerId) => makeSandbox(store.run, containerId),
    sandboxOf: (containerId) => toSandbox(store.run, containerId),
    reserve: async (containerId, { networks, ports }) => {
      const wanted = networks.map(({ network, ...rest }) => ({ ...rest, network: get(network) }));
      return await reserveEndpoints(store, containerId, { wanted, ports });
    },
    attach: (containerId) => attachEndpoints(store, containerId),
    connect: async (containerId, nameOrId, { ports = [], ...options }) => {
      const endpoint = await reserveAnother(store, containerId, { ...options, network: get(nameOrId) });
      return await join(store, containerId, { endpoint, ports });
    },
    disconnect: async (containerId, nameOrId) => {
      const { id } = get(nameOrId);
      const found = endpointsOf(store, containerId).find(({ record }) => record.state.networkId === id);
      if (found === undefined) return;
      await releaseEndpoint(store, containerId, found.record, { alive: true });
      if (found.record.hostLink !== "") await settleContainer(store, containerId);
    },
    isAttached: (containerId, networkId) =>
      endpointsOf(store, containerId).some(
        ({ record: { state, hostLink } }) =>
          state.networkId === networkId && (hostLink === "" || existsSync(`/sys/class/net/${hostLink}`)),
      ),
    networksOf: (containerId) => endpointsOf(store, containerId).map(({ record }) => record.state.networkId),
    changePorts: (containerId, change) => changePorts(store, containerId, change),
    placePorts: (containerId, placing) => placePorts(store, containerId, placing),
    rename: async (containerId, { containerName, names }) => {
      store.transaction(() => {
        for (const { record } of endpointsOf(store, containerId)) {
          putEndpoint(store, containerId, { ...record, containerName, names: names(record.state.request) });
        }
      });
      await syncNames(store);
    },
    release: async (containerId) => {
      const isNamed = nameServerOf(store, containerId) !== undefined;
      await releaseContainer(store, containerId);
      if (isNamed) await syncNames(store);
    },
    ensureNameServer: () => ensureNameServer(store),
    repair: () => repair(store),
    removeAll: () => removeAll(store),
  };
}

interface Joining {
  readonly endpoint: EndpointState;
  readonly ports: readonly PublishRequest[];
}

async function join(store: Store, containerId: string, { endpoint, ports }: Joining): Promise<Connection> {
  const find = () =>
    endpointsOf(store, containerId).find(({ record }) => record.state.networkId === endpoint.networkId);
  const row = find();
  if (row === undefined) throw networkNotFound(endpoint.networkName);
  try {
    await attachEndpoint(store, containerId, row.record);
    if (row.record.hostLink !== "") await settleContainer(store, containerId);
    const none = { add: ports, remove: () => false };
    return { endpoint, ports: ports.length === 0 ? {} : await changePorts(store, containerId, none) };
  } catch (error) {
    const left = find();
    if (left !== undefined) await releaseEndpoint(store, containerId, left.record, { alive: true });
    throw error;
  }
}

async function repair(store: Store): Promise<void> {
  await repairRemovals(store);
  const linked = allEndpoints(store).filter(({ record }) => record.hostLink !== "");
  if (linked.length === 0) return;
  const alive = new Set(listSandboxes(store.run));
  for (const { container, record } of linked) {
    if (!alive.has(container)) await releaseEndpoint(store, container, record);
  }
  await syncNames(store);
}
