import type { Store } from "../store/index.ts";
import { deleteEndpoint, type EndpointRecord, endpointsOf } from "./endpoint-table.ts";
import { formatPortElements } from "./firewall-rules.ts";
import { cutOff } from "./links.ts";
import { toHostNames } from "./names.ts";
import { openNetlink } from "./netlink-socket.ts";
import { runNft } from "./nft.ts";
import { unclaimPorts } from "./published-table.ts";
import { removeSandbox } from "./sandbox.ts";

/** Takes away everything of the container: ports, links, namespace, addresses. Idempotent, whatever is left of them. */
export async function releaseContainer(store: Store, containerId: string): Promise<void> {
  for (const { record } of endpointsOf(store, containerId)) {
    await releaseEndpoint(store, containerId, record);
  }
  removeSandbox(store.run, containerId);
}

/** Takes away one endpoint; its rows go last, so that a crash in between is made good by the next call. */
export async function releaseEndpoint(
  store: Store,
  containerId: string,
  record: EndpointRecord,
): Promise<void> {
  if (record.published.length > 0) await closePorts(store, record);
  if (record.hostLink !== "") cutOffLink(record.hostLink);
  store.transaction(() => {
    unclaimPorts(store, containerId, record.published);
    deleteEndpoint(store, containerId, record);
  });
}

async function closePorts(store: Store, { published, state }: EndpointRecord): Promise<void> {
  const { table } = toHostNames(store);
  const lines = published.map((port) =>
    formatPortElements("delete", table, [{ port, address: state.address }]),
  );
  try {
    await runNft(lines.join(""));
  } catch {
    // One that is missing fails the whole script: take away one by one what is there.
    for (const line of lines) await runNft(line).catch(() => undefined);
  }
}

function cutOffLink(name: string): void {
  const netlink = openNetlink();
  try {
    cutOff(netlink, name);
  } finally {
    netlink.close();
  }
}
