import type { Store } from "../store/index.ts";
import { connectEndpoint } from "./connect.ts";
import { validateEndpointRequest } from "./endpoint-request.ts";
import { allEndpoints, endpointsOn } from "./endpoint-table.ts";
import { networkNotFound } from "./errors.ts";
import { findNetwork, listNetworks } from "./network-table.ts";
import { ensurePredefined } from "./predefined.ts";
import { releaseContainer, releaseEndpoint } from "./release.ts";
import { removeAll } from "./remove-all.ts";
import { listSandboxes, makeSandbox, toSandbox } from "./sandbox.ts";
import type {
  ConnectedEndpoint,
  Connection,
  ConnectOptions,
  EndpointRequest,
  NetworkRecord,
  Sandbox,
} from "./types.ts";

/** The networks of one store, and the containers on them. */
export interface Networks {
  /** All networks, by name. */
  list(): NetworkRecord[];
  /** By name, ID or unambiguous start of an ID; throws notFound. */
  get(nameOrId: string): NetworkRecord;
  /** What runs on the network, for `network inspect`. */
  connected(networkId: string): ConnectedEndpoint[];
  /** Throws what Docker answers to a container's creation when the network cannot give what is asked. */
  validate(nameOrId: string, request: EndpointRequest): void;
  /**
   * Makes the container's network namespace with loopback up (about 2 ms, blocking). The runtime can join it by
   * its path at once, while {@link Networks.connect} works in it.
   */
  createSandbox(containerId: string): Sandbox;
  /** Where the sandbox of a container is, or would be. */
  sandboxOf(containerId: string): Sandbox;
  /**
   * Connects a container that is about to run (or runs) and publishes its ports. A network of driver `bridge` needs
   * the sandbox first; on `host` and `none` this only records the endpoint. Nothing stays when it throws.
   */
  connect(containerId: string, nameOrId: string, options: ConnectOptions): Promise<Connection>;
  /** Takes the container off one network; nothing happens when it is on none such. */
  disconnect(containerId: string, nameOrId: string): Promise<void>;
  /** Takes away everything of a container that no longer runs. Idempotent, also after a crash or a reboot. */
  release(containerId: string): Promise<void>;
  /** Frees addresses and ports whose sandbox is gone, as after a reboot. Costs one query when there is nothing to do. */
  repair(): Promise<void>;
  /** Takes away every container's network, the bridges and the firewall rules of this store; records stay. */
  removeAll(): Promise<void>;
}

/** Opens the networks recorded in `store`; `bridge`, `host` and `none` are recorded on first use. */
export function openNetworks(store: Store): Networks {
  const get = (nameOrId: string): NetworkRecord => {
    ensurePredefined(store);
    const network = findNetwork(store, nameOrId === "default" ? "bridge" : nameOrId);
    if (network === undefined) throw networkNotFound(nameOrId);
    return network;
  };
  return {
    list: () => {
      ensurePredefined(store);
      return listNetworks(store);
    },
    get,
    connected: (networkId) =>
      endpointsOn(store, networkId).map(({ container, record }) => ({
        containerId: container,
        containerName: record.containerName,
        endpoint: record.state,
      })),
    validate: (nameOrId, request) => validateEndpointRequest(get(nameOrId), request),
    createSandbox: (containerId) => makeSandbox(store.run, containerId),
    sandboxOf: (containerId) => toSandbox(store.run, containerId),
    connect: async (containerId, nameOrId, options) =>
      connectEndpoint(store, get(nameOrId), { containerId, ...options }),
    disconnect: async (containerId, nameOrId) => {
      const { id } = get(nameOrId);
      const found = endpointsOn(store, id).find(({ container }) => container === containerId);
      if (found !== undefined) await releaseEndpoint(store, containerId, found.record);
    },
    release: (containerId) => releaseContainer(store, containerId),
    repair: () => repair(store),
    removeAll: () => removeAll(store),
  };
}

async function repair(store: Store): Promise<void> {
  const linked = allEndpoints(store).filter(({ record }) => record.hostLink !== "");
  if (linked.length === 0) return;
  const alive = new Set(listSandboxes(store.run));
  for (const { container, record } of linked) {
    if (!alive.has(container)) await releaseEndpoint(store, container, record);
  }
}
