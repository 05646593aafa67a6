import { endLease, type Lease, takeLease } from "../store/index.ts";
import { type ContainerContext, withContainer } from "./context.ts";
import { withKeptSockets } from "./kept-sockets.ts";
import { connectOptions, portTable, publishRequests } from "./network.ts";
import { saveNetwork } from "./network-files.ts";
import type { ContainerRecord, NetworkState } from "./record.ts";
import { isRunning } from "./state.ts";
import { findById } from "./table.ts";

/** Kind of the leases on running containers whose networks or ports are being changed; the path is the ID. */
export const NETWORK_LEASE = "container-network";

/** Runs a change of a running container's network, which is undone when this process does not live to finish it. */
export async function changingNetwork<T>(
  { store }: ContainerContext,
  id: string,
  section: () => Promise<T>,
): Promise<T> {
  const lease = takeLease(store, NETWORK_LEASE, id);
  try {
    return await section();
  } finally {
    endLease(store, lease);
  }
}

/** Makes a container's network what its record says, after a change of it was cut off. */
export async function undoNetworkChange(context: ContainerContext, lease: Lease): Promise<void> {
  const { store } = context;
  await withContainer(context, lease.path, async () => {
    const record = findById(store, lease.path);
    if (record !== undefined && isRunning(record.state) && record.network !== null) {
      saveNetwork(context, { ...record, network: await restore(context, record, record.network) }, record);
    }
    endLease(store, lease);
  });
}

async function restore(
  context: ContainerContext,
  record: ContainerRecord,
  recorded: NetworkState,
): Promise<NetworkState> {
  const { networks } = context;
  const known = new Set(recorded.endpoints.map(({ networkId }) => networkId));
  for (const networkId of networks.networksOf(record.id)) {
    if (!known.has(networkId)) await networks.disconnect(record.id, networkId);
  }
  const endpoints: NetworkState["endpoints"][number][] = [];
  for (const endpoint of recorded.endpoints) {
    const { networkId, networkName } = endpoint;
    if (networks.isAttached(record.id, networkId)) {
      endpoints.push(endpoint);
      continue;
    }
    await networks.disconnect(record.id, networkId);
    const options = connectOptions(record, record.endpoints[networkName] ?? {});
    endpoints.push((await networks.connect(record.id, networkId, options)).endpoint);
  }
  const bindings = Object.entries(recorded.ports).flatMap(([port, given]) =>
    given === null ? [] : [[port, given] as const],
  );
  const asPublished = { PortBindings: Object.fromEntries(bindings), PublishAllPorts: false };
  const requests = publishRequests({ config: {}, hostConfig: asPublished });
  const ports = await withKeptSockets(record, (keep) =>
    networks.placePorts(record.id, { ports: requests, keep, afresh: true }),
  );
  return { ...recorded, endpoints, ports: portTable(record, { endpoints, ports }) };
}
