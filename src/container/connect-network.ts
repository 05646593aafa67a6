import { EngineError } from "../base/index.ts";
import type { EndpointRequest, NetworkRecord } from "../network/index.ts";
import { type ContainerContext, withContainer } from "./context.ts";
import { withKeptSockets } from "./kept-sockets.ts";
import { connectOptions, portTable, publishRequests } from "./network.ts";
import { saveNetwork } from "./network-files.ts";
import type { ContainerRecord, NetworkState } from "./record.ts";
import { changingNetwork } from "./repair-network.ts";
import { isRunning } from "./state.ts";
import { findContainer, saveContainer } from "./table.ts";

/** Puts a container on one more network: at once while it runs, else from its next start on. Throws Docker's errors. */
export async function connectContainer(
  context: ContainerContext,
  name: string,
  { network, request }: { readonly network: string; readonly request: EndpointRequest },
): Promise<void> {
  const { id } = findContainer(context.store, name);
  await withContainer(context, id, async () => {
    const record = findContainer(context.store, id);
    const found = isRunning(record.state) ? context.networks.get(network) : context.networks.find(network);
    const networkName = found?.name ?? network;
    checkModes(record, networkName);
    if (found !== undefined) context.networks.validate(found.id, request);
    const endpoints = { ...record.endpoints, [networkName]: request };
    if (record.network === null || found === undefined) {
      saveContainer(context.store, { ...record, endpoints });
      return;
    }
    const { network: live } = record;
    await changingNetwork(context, id, () => join(context, record, { live, network: found, request }));
  });
}

interface Joining {
  readonly live: NetworkState;
  readonly network: NetworkRecord;
  readonly request: EndpointRequest;
}

async function join(context: ContainerContext, record: ContainerRecord, joining: Joining): Promise<void> {
  const { live, network, request } = joining;
  const { endpoint } = await context.networks.connect(record.id, network.id, connectOptions(record, request));
  const endpoints = { ...record.endpoints, [network.name]: request };
  const networkIds = { ...record.networkIds, [network.name]: network.id };
  try {
    const joined = await placeNetwork(context, record, {
      ...live,
      endpoints: [...live.endpoints, endpoint],
    });
    saveNetwork(context, { ...record, endpoints, networkIds, network: joined }, record);
  } catch (error) {
    await context.networks.disconnect(record.id, network.id);
    await placeNetwork(context, record, live);
    throw error;
  }
}

/** Takes a container off a network. Throws Docker's errors; with `force`, what is left of a container that is gone goes too. */
export async function disconnectContainer(
  context: ContainerContext,
  name: string,
  { network, force }: { readonly network: string; readonly force: boolean },
): Promise<void> {
  const { id: networkId, name: networkName } = context.networks.get(network);
  if (force && (await disconnectGone(context, name, networkId))) return;
  const { id } = findContainer(context.store, name);
  await withContainer(context, id, async () => {
    const record = findContainer(context.store, id);
    if (networkName === "host") {
      throw new EngineError(
        "forbidden",
        "container cannot be disconnected from host network or connected to host network",
      );
    }
    if (record.endpoints[networkName] === undefined) {
      const which = isRunning(record.state) ? "network" : "the network";
      throw new EngineError("forbidden", `container ${id} is not connected to ${which} ${networkName}`);
    }
    const { [networkName]: _gone, ...endpoints } = record.endpoints;
    if (record.network === null) {
      saveContainer(context.store, { ...record, endpoints });
      return;
    }
    const { network: live } = record;
    await changingNetwork(context, id, async () => {
      await context.networks.disconnect(id, networkId);
      const left = live.endpoints.filter((endpoint) => endpoint.networkId !== networkId);
      const placed = await placeNetwork(context, record, { ...live, endpoints: left });
      saveNetwork(context, { ...record, endpoints, network: placed }, record);
    });
  });
}

/** The network state with the container's ports at the network that leads out of it now. */
async function placeNetwork(
  context: ContainerContext,
  record: ContainerRecord,
  live: NetworkState,
): Promise<NetworkState> {
  const ports = await withKeptSockets(record, (keep) =>
    context.networks.placePorts(record.id, { ports: publishRequests(record), keep }),
  );
  return { ...live, ports: portTable(record, { endpoints: live.endpoints, ports }) };
}

/** True when nothing but a leftover of the container was there, which is gone now. Throws when there is neither. */
async function disconnectGone(context: ContainerContext, name: string, networkId: string): Promise<boolean> {
  try {
    findContainer(context.store, name);
    return false;
  } catch (error) {
    if (!(error instanceof EngineError) || error.kind !== "notFound") throw error;
  }
  const left = context.networks
    .connected(networkId)
    .find(({ containerId, containerName }) => containerName === name || containerId === name);
  if (left === undefined) throw new EngineError("notFound", `endpoint ${name} not found`);
  await context.networks.disconnect(left.containerId, networkId);
  return true;
}

function checkModes({ hostConfig, endpoints }: ContainerRecord, network: string): void {
  const { NetworkMode: mode } = hostConfig;
  if (network === "host") {
    throw new EngineError(
      "forbidden",
      "cannot connect container to host network - container must be created in host network mode",
    );
  }
  if (mode.startsWith("container:") || mode === "host") {
    throw new EngineError(
      "forbidden",
      "container sharing network namespace with another container or host cannot be connected to any other network",
    );
  }
  const others = Object.keys(endpoints).filter((name) => name !== network);
  if ((network === "none" && others.length > 0) || others.includes("none")) {
    throw new EngineError(
      "forbidden",
      "container cannot be connected to multiple networks with one of the networks in private (none) mode",
    );
  }
}
