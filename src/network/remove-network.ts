import { EngineError, isEngineError, shortId } from "../base/index.ts";
import { deadLeases, endLease, type Lease, recordEvent, type Store, takeLease } from "../store/index.ts";
import { endpointsOn } from "./endpoint-table.ts";
import { networkNotFound } from "./errors.ts";
import { pruneFilter } from "./filter-networks.ts";
import { hasHostSide, reinstallRules } from "./host-side.ts";
import { deleteLink } from "./links.ts";
import { openNetlink } from "./netlink-socket.ts";
import { networkEvent } from "./network-event.ts";
import { deleteNetwork, findNetwork, listNetworks } from "./network-table.ts";
import type { NetworkRecord } from "./types.ts";

/** Kind of the leases on bridges of networks that are being removed; the path is the device. */
const LEASE = "network-bridge";

/** Removes a network of the user with its bridge and rules. Throws Docker's error while a container runs on it. */
export async function removeNetwork(store: Store, nameOrId: string): Promise<void> {
  const lease = store.transaction(() => {
    const network = findNetwork(store, nameOrId);
    if (network === undefined) throw networkNotFound(nameOrId);
    checkUnused(store, network);
    deleteNetwork(store, network.id);
    networkEvent(store, "destroy", network);
    if (network.device === "") return undefined;
    return takeLease(store, LEASE, network.deviceAdopted ? "" : network.device);
  });
  if (lease !== undefined) await clearHost(store, lease);
}

/** Removes every network of the user that no container runs on and that the filters name; their names. */
export async function pruneNetworks(
  store: Store,
  filters: Readonly<Record<string, readonly string[]>>,
  isNeeded: (network: NetworkRecord) => boolean,
): Promise<string[]> {
  const removed: string[] = [];
  for (const network of prunableNetworks(store, filters, isNeeded)) {
    try {
      await removeNetwork(store, network.id);
      removed.push(network.name);
    } catch (error) {
      if (!isEngineError(error, "forbidden") && !isEngineError(error, "notFound")) throw error;
    }
  }
  recordEvent(store, { type: "network", action: "prune", actor: "", attributes: { reclaimed: "0" } });
  return removed;
}

/** What {@link pruneNetworks} would remove. Throws `invalidArgument` for a bad filter. */
export function prunableNetworks(
  store: Store,
  filters: Readonly<Record<string, readonly string[]>>,
  isNeeded: (network: NetworkRecord) => boolean,
): NetworkRecord[] {
  const wanted = pruneFilter(filters);
  return listNetworks(store).filter(
    (network) =>
      !network.predefined &&
      wanted(network) &&
      !isNeeded(network) &&
      endpointsOn(store, network.id).length === 0,
  );
}

/** Ends removals that their process did not live to finish. */
export async function repairRemovals(store: Store): Promise<void> {
  for (const lease of deadLeases(store, LEASE)) await clearHost(store, lease);
}

function checkUnused(store: Store, { id, name, predefined, configOnly }: NetworkRecord): void {
  if (predefined) {
    throw new EngineError("forbidden", `${name} is a pre-defined network and cannot be removed`);
  }
  if (configOnly && listNetworks(store).some(({ configFrom }) => configFrom === name)) {
    throw new EngineError(
      "forbidden",
      `error while removing network: configuration network "${name}" is in use`,
    );
  }
  const users = endpointsOn(store, id).map(
    ({ record }) => `name:"${record.containerName}" id:"${shortId(record.state.endpointId)}"`,
  );
  if (users.length === 0) return;
  throw new EngineError(
    "forbidden",
    `error while removing network: network ${name} has active endpoints (${users.join(", ")})`,
    { hint: "stop or disconnect these containers first" },
  );
}

async function clearHost(store: Store, lease: Lease): Promise<void> {
  if (lease.path !== "") {
    const netlink = openNetlink();
    try {
      deleteLink(netlink, lease.path);
    } finally {
      netlink.close();
    }
  }
  if (hasHostSide(store)) await reinstallRules(store);
  endLease(store, lease);
}
