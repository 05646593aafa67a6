import type { Containers } from "../container/index.ts";
import type { NetworkRecord, Networks as NetworkRoom } from "../network/index.ts";
import type { Networks } from "./engine.ts";

/** The networks of a store as the engine offers them: with the containers that are on them. */
export function toNetworks(networks: NetworkRoom, containers: Containers): Networks {
  const isUsed = ({ name }: NetworkRecord) => containers.usesNetwork(name);
  return {
    list: async (filters) => networks.list(filters),
    inspect: async (name) => {
      const network = networks.get(name);
      return { network, connected: networks.connected(network.id) };
    },
    create: async (request) => networks.create(request),
    remove: (name) => networks.remove(name),
    prune: async (filters, { dryRun = false } = {}) =>
      dryRun
        ? networks.prunable(filters, isUsed).map(({ name }) => name)
        : await networks.prune(filters, isUsed),
    connect: (network, container, request = {}) => containers.connect(container, { network, request }),
    disconnect: (network, container, { force = false } = {}) =>
      containers.disconnect(container, { network, force }),
  };
}
