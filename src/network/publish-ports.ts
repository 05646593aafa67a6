import { EngineError } from "../base/index.ts";
import { closeFd } from "../host/index.ts";
import type { Store } from "../store/index.ts";
import { openPorts } from "./attach-endpoints.ts";
import { parseBridgeOptions } from "./bridge-options.ts";
import { byGateway } from "./default-route.ts";
import { type EndpointRecord, endpointsOf, putEndpoint } from "./endpoint-table.ts";
import { holdPorts, validatePublishRequest } from "./hold-ports.ts";
import { findNetwork } from "./network-table.ts";
import { unclaimPorts } from "./published-table.ts";
import { closePorts } from "./release.ts";
import { toBindings } from "./reserve.ts";
import type { PortBinding, PublishedPort, PublishRequest } from "./types.ts";

/** Which published ports of a running container are to change. */
export interface PortChange {
  readonly add: readonly PublishRequest[];
  readonly remove: (port: PublishedPort) => boolean;
}

/**
 * Changes the published ports of a container that runs: all of the change or, when a port cannot be had, nothing.
 * Returns all that it then has, by `80/tcp`.
 */
export async function changePorts(
  store: Store,
  containerId: string,
  { add, remove }: PortChange,
): Promise<Record<string, PortBinding[]>> {
  for (const request of add) validatePublishRequest(request);
  const record = publishingEndpoint(store, containerId);
  const gone = record.published.filter(remove);
  const kept = record.published.filter((port) => !remove(port));
  const options = findNetwork(store, record.state.networkId)?.options ?? {};
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
  // Nobody is there who could keep them: the container's monitor runs already.
  for (const fd of sockets) closeFd(fd);
  if (gone.length > 0) await closePorts(store, record, gone);
  await openPorts(store, record, published);
  return toBindings([...kept, ...published]);
}

function publishingEndpoint(store: Store, containerId: string): EndpointRecord {
  const [record] = endpointsOf(store, containerId)
    .map((row) => row.record)
    .filter(({ hostLink, state }) => hostLink !== "" && (state.gateway !== "" || state.ipv6?.gateway))
    .toSorted(byGateway);
  if (record !== undefined) return record;
  throw new EngineError(
    "conflict",
    "cannot publish ports: the container is on no bridge network that leads out",
  );
}
