import { shortId } from "../../../base/index.ts";
import type { NetworkRecord } from "../../../engine/index.ts";
import { createRow, formatGoTime, type GoValue } from "../../../template/index.ts";
import { joinLabels } from "../../format/index.ts";

/** The default columns of `network ls`. */
export const NETWORK_TABLE = "table {{.ID}}\t{{.Name}}\t{{.Driver}}\t{{.Scope}}";

/** Titles of the columns. */
export const NETWORK_HEADER = {
  ID: "NETWORK ID",
  Name: "NAME",
  Driver: "DRIVER",
  Scope: "SCOPE",
  IPv4: "IPV4",
  IPv6: "IPV6",
  Internal: "INTERNAL",
  Labels: "LABELS",
  CreatedAt: "CREATED AT",
};

/** One network as a row of `network ls`. */
export function networkRow(network: NetworkRecord, full: boolean): GoValue {
  const { id, name, driver, scope, ipv4, ipv6, internal, labels, created } = network;
  return createRow("*network.networkContext", {
    plain: {
      ID: full ? id : shortId(id),
      Name: name,
      Driver: driver,
      Scope: scope,
      IPv4: String(ipv4),
      IPv6: String(ipv6),
      Internal: String(internal),
      Labels: () => joinLabels(labels),
      CreatedAt: () => formatGoTime(created),
    },
    withArgument: { Label: (label) => labels[label] ?? "" },
  });
}
