import { closeSync, openSync } from "node:fs";
import type { Store } from "../store/index.ts";
import { type EndpointRecord, endpointsOf } from "./endpoint-table.ts";
import { deleteDefaultRoute, replaceDefaultRoute } from "./links.ts";
import { openNetlinkIn, toSandbox } from "./sandbox.ts";

/** Orders endpoints as Docker does: the first that leads out gives the container its default route. */
export function byGateway({ state: one }: EndpointRecord, { state: other }: EndpointRecord): number {
  const priority = (other.request.GwPriority ?? 0) - (one.request.GwPriority ?? 0);
  if (priority !== 0) return priority;
  const score = ({ gateway, ipv6 }: EndpointRecord["state"]) =>
    (gateway === "" ? 0 : 1) + ((ipv6?.gateway ?? "") === "" ? 0 : 1);
  if (score(one) !== score(other)) return score(other) - score(one);
  return one.networkName < other.networkName ? -1 : 1;
}

/** Gives the container the default routes that its networks, as recorded, mean together. */
export function settleDefaultRoutes(store: Store, containerId: string): void {
  const records = endpointsOf(store, containerId)
    .map(({ record }) => record)
    .toSorted(byGateway);
  const namespace = openSync(toSandbox(store.run, containerId).key, "r");
  try {
    const netlink = openNetlinkIn(namespace);
    try {
      for (const family of [4, 6] as const) {
        const leading = records.find((record) => gatewayOf(record, family) !== "");
        if (leading === undefined) deleteDefaultRoute(netlink, family);
        else replaceDefaultRoute(netlink, leading.innerLink, gatewayOf(leading, family));
      }
    } finally {
      netlink.close();
    }
  } finally {
    closeSync(namespace);
  }
}

function gatewayOf({ state }: EndpointRecord, family: 4 | 6): string {
  return family === 4 ? state.gateway : (state.ipv6?.gateway ?? "");
}
