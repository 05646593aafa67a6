import { newId, nowText } from "../base/index.ts";
import type { Store } from "../store/index.ts";
import { choosePool, hostSubnets } from "./address-pools.ts";
import { formatIpv4, formatSubnet, parseSubnet } from "./ipv4.ts";
import { toHostNames } from "./names.ts";
import { findNetwork, insertNetwork, listNetworks } from "./network-table.ts";
import type { IpamPool, NetworkRecord } from "./types.ts";

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

/** A free pool, with its first address as gateway; the device's own addresses do not count as taken. */
export function freePool(store: Store, device: string): IpamPool {
  const ofNetworks = listNetworks(store)
    .filter((network) => network.device !== device)
    .flatMap(({ ipam }) => ipam.pools ?? [])
    .flatMap(({ subnet }) => parseSubnet(subnet) ?? []);
  const subnet = choosePool([...ofNetworks, ...hostSubnets(device)]);
  return { subnet: formatSubnet(subnet), gateway: formatIpv4(subnet.base + 1) };
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
    ipam: { pools: null, fromUser: false, options: null },
    internal: false,
    attachable: false,
    options: {},
    labels: {},
  };
}
