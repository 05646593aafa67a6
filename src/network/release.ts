import type { Store } from "../store/index.ts";
import { flushFlows } from "./conntrack.ts";
import { deleteEndpoint, type EndpointRecord, endpointsOf } from "./endpoint-table.ts";
import { formatPortElements } from "./firewall-rules.ts";
import { portTargets } from "./host-side.ts";
import { cutOff, deleteLink } from "./links.ts";
import { toHostNames } from "./names.ts";
import { type NetlinkSocket, openNetlink } from "./netlink-socket.ts";
import { networkEvent } from "./network-event.ts";
import { findNetwork } from "./network-table.ts";
import { runNft } from "./nft.ts";
import { unclaimPorts } from "./published-table.ts";
import { removeSandbox } from "./sandbox.ts";
import type { PublishedPort } from "./types.ts";

/** Takes away everything of the container: ports, links, namespace, addresses. Idempotent, whatever is left of them. */
export async function releaseContainer(
  store: Store,
  containerId: string,
  { keepSandbox = false }: { readonly keepSandbox?: boolean } = {},
): Promise<void> {
  for (const { record } of endpointsOf(store, containerId)) {
    await releaseEndpoint(store, containerId, record);
  }
  // Ports of a reservation that was cut off belong to no endpoint yet.
  store.change("DELETE FROM published WHERE container = ?", containerId);
  if (!keepSandbox) removeSandbox(store.run, containerId);
}

/**
 * Takes away one endpoint; its rows go last, so that a crash in between is made good by the next call. With `alive`
 * the container goes on running, and loses the interface at once.
 */
export async function releaseEndpoint(
  store: Store,
  containerId: string,
  record: EndpointRecord,
  { alive = false }: { readonly alive?: boolean } = {},
): Promise<void> {
  if (record.published.length > 0) await closePorts(store, record, record.published);
  if (record.hostLink !== "") takeLink(record.hostLink, alive ? deleteLink : cutOff);
  store.transaction(() => {
    unclaimPorts(store, containerId, record.published);
    if (!deleteEndpoint(store, containerId, record)) return;
    const { networkId: id, networkName: name } = record.state;
    const driver = findNetwork(store, id)?.driver ?? "bridge";
    networkEvent(store, "disconnect", { id, name, driver }, containerId);
  });
}

/** Lets the ports lead nowhere again. */
export async function closePorts(
  store: Store,
  record: EndpointRecord,
  ports: readonly PublishedPort[],
): Promise<void> {
  const { table } = toHostNames(store);
  const lines = portTargets({ ...record, published: ports }).map((target) =>
    formatPortElements("delete", table, [target]),
  );
  try {
    await runNft(lines.join(""));
  } catch {
    // One that is missing fails the whole script: take away one by one what is there.
    for (const line of lines) await runNft(line).catch(() => undefined);
  }
  await flushFlows(ports);
}

function takeLink(name: string, take: (netlink: NetlinkSocket, name: string) => void): void {
  const netlink = openNetlink();
  try {
    take(netlink, name);
  } finally {
    netlink.close();
  }
}
