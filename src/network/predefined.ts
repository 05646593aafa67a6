import { newId, nowText } from "../base/index.ts";
import type { Store } from "../store/index.ts";
import { toHostNames } from "./names.ts";
import { freePool } from "./network-pools.ts";
import { findNetwork, insertNetwork } from "./network-table.ts";
import type { NetworkRecord } from "./types.ts";

/** Records the networks `bridge`, `host` and `none` if this store has none yet. */
export function ensurePredefined(store: Store): void {
  if (findNetwork(store, "none") !== undefined) return;
  store.transaction(() => {
    if (findNetwork(store, "none") !== undefined) return;
    insertNetwork(store, bridgeNetwork(store));
    insertNetwork(store, plainNetwork("host", "host"));
    insertNetwork(store, plainNetwork("none", "null"));
  });
}

function bridgeNetwork(store: Store): NetworkRecord {
  const { bridge: device } = toHostNames(store);
  return {
    ...plainNetwork("bridge", "bridge"),
    device,
    ipam: { pools: [freePool(store, device)], fromUser: false, options: null },
    options: {
      "com.docker.network.bridge.default_bridge": "true",
      "com.docker.network.bridge.enable_icc": "true",
      "com.docker.network.bridge.enable_ip_masquerade": "true",
      "com.docker.network.bridge.host_binding_ipv4": "0.0.0.0",
      "com.docker.network.bridge.name": device,
      "com.docker.network.driver.mtu": "1500",
    },
  };
}

function plainNetwork(name: string, driver: NetworkRecord["driver"]): NetworkRecord {
  return {
    id: newId(),
    name,
    created: nowText(),
    driver,
    predefined: true,
    device: "",
    scope: "local",
    ipv4: true,
    ipv6: false,
    configOnly: false,
    configFrom: "",
    ipam: { pools: null, fromUser: false, options: null },
    internal: false,
    attachable: false,
    options: {},
    labels: {},
  };
}
