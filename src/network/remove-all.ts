import { rmSync } from "node:fs";
import { join } from "node:path";
import type { Store } from "../store/index.ts";
import { removeNameServer } from "./dns-server.ts";
import { allEndpoints } from "./endpoint-table.ts";
import { formatRemoval } from "./firewall-rules.ts";
import { passForwardPolicies } from "./forward-policy.ts";
import { deleteLink } from "./links.ts";
import { toHostNames } from "./names.ts";
import { openNetlink } from "./netlink-socket.ts";
import { listNetworks } from "./network-table.ts";
import { runNft } from "./nft.ts";
import { releaseContainer } from "./release.ts";
import { listSandboxes, removeSandbox } from "./sandbox.ts";

/** Takes every container off its networks and this store's bridges, rules and namespaces off the host. */
export async function removeAll(store: Store): Promise<void> {
  const endpoints = allEndpoints(store);
  for (const container of new Set(endpoints.map((row) => row.container))) {
    await releaseContainer(store, container);
  }
  for (const container of listSandboxes(store.run)) removeSandbox(store.run, container);
  const netlink = openNetlink();
  try {
    for (const { record } of endpoints) if (record.hostLink !== "") deleteLink(netlink, record.hostLink);
    for (const { device, deviceAdopted } of listNetworks(store)) {
      if (device !== "" && !deviceAdopted) deleteLink(netlink, device);
    }
  } finally {
    netlink.close();
  }
  await removeNameServer(store);
  const { table } = toHostNames(store);
  await passForwardPolicies(table, []);
  await runNft(formatRemoval(table));
  rmSync(join(store.run, "network"), { recursive: true, force: true });
}
