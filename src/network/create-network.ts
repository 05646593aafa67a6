import { EngineError, goQuote, newId, nowText } from "../base/index.ts";
import type { Store } from "../store/index.ts";
import { BRIDGE_NAME, parseBridgeOptions } from "./bridge-options.ts";
import { isBridge, linkIndex } from "./links.ts";
import { openNetlink } from "./netlink-socket.ts";
import { networkEvent } from "./network-event.ts";
import { checkPools, choosePools } from "./network-pools.ts";
import { findByName, insertNetwork, listNetworks } from "./network-table.ts";
import { ensurePredefined } from "./predefined.ts";
import type { IpamPool, NetworkRecord, NetworkRequest } from "./types.ts";

const PREDEFINED = ["bridge", "host", "none", "default"];

/** Records a network of the user; its bridge is made when the first container needs it. Throws Docker's errors. */
export function createNetwork(store: Store, request: NetworkRequest): NetworkRecord {
  ensurePredefined(store);
  checkName(request);
  const settings = request.configFrom ? withSettings(store, request, request.configFrom) : request;
  checkDriver(settings);
  const asked = checkPools(settings.ipam?.config ?? []);
  const families = { ipv4: settings.ipv4 ?? true, ipv6: settings.ipv6 ?? false };
  if (!families.ipv4 && !families.ipv6) {
    throw new EngineError("invalidArgument", "IPv4 or IPv6 must be enabled");
  }
  const id = newId();
  const bridge = request.configOnly ? {} : bridgeOf(store, id, settings);
  return store.transaction(() => {
    if (findByName(store, request.name) !== undefined) {
      throw new EngineError("conflict", `network with name ${request.name} already exists`);
    }
    const pools = request.configOnly ? asked : choosePools(store, asked, families);
    const record: NetworkRecord = { ...toRecord(id, settings, pools), ...families, ...bridge };
    insertNetwork(store, record);
    networkEvent(store, "create", record);
    return record;
  });
}

function toRecord(id: string, request: NetworkRequest, pools: readonly IpamPool[]): NetworkRecord {
  const { name, scope, configOnly = false, configFrom = "", ipam } = request;
  return {
    id,
    name,
    created: nowText(),
    driver: configOnly ? "null" : "bridge",
    predefined: false,
    device: "",
    scope: scope || "local",
    ipv4: true,
    ipv6: false,
    configOnly,
    configFrom,
    ipam: { pools, fromUser: (ipam?.config ?? []).length > 0, options: ipam?.options ?? {} },
    internal: request.internal ?? false,
    attachable: request.attachable ?? false,
    options: request.options ?? {},
    labels: request.labels ?? {},
  };
}

function checkName({ name, scope = "", configOnly, configFrom }: NetworkRequest): void {
  if (name.trim() === "") throw new EngineError("invalidArgument", "invalid name: name is empty");
  if (PREDEFINED.includes(name)) {
    throw new EngineError("forbidden", `operation is not permitted on predefined ${name} network`);
  }
  if (!["", "local", "global"].includes(scope)) {
    const reason =
      scope === "swarm"
        ? "cannot create a swarm scoped network when swarm is not active"
        : `invalid scope: ${scope}`;
    throw new EngineError("forbidden", reason);
  }
  if (configOnly && configFrom) {
    throw new EngineError(
      "forbidden",
      "a configuration network cannot depend on another configuration network",
    );
  }
}

function checkDriver({ driver = "bridge", ipam }: NetworkRequest): void {
  if (driver === "host" || driver === "null") {
    throw new EngineError("forbidden", `only one instance of "${driver}" network is allowed`);
  }
  if (driver === "macvlan" || driver === "ipvlan" || driver === "overlay") {
    throw new EngineError("notImplemented", `the network driver ${goQuote(driver)} is not supported`, {
      hint: "networks of the driver bridge are",
    });
  }
  const plugin = driver === "bridge" ? (ipam?.driver ?? "default") : driver;
  if (driver !== "bridge" || plugin !== "default") {
    throw new EngineError("notFound", `plugin ${goQuote(plugin)} not found`);
  }
}

/** The request with the settings of the config-only network that it names. */
function withSettings(store: Store, request: NetworkRequest, from: string): NetworkRequest {
  const source = findByName(store, from);
  if (source === undefined)
    throw new EngineError("notFound", `configuration network ${goQuote(from)} does not exist`);
  if (!source.configOnly) {
    throw new EngineError("forbidden", `network ${goQuote(from)} is not a configuration network`);
  }
  const own = [request.ipam?.config?.length, Object.keys(request.options ?? {}).length, request.internal];
  if (own.some(Boolean)) {
    throw new EngineError(
      "forbidden",
      "user specified configurations are not supported if the network depends on a configuration network",
    );
  }
  return {
    ...request,
    ipv4: source.ipv4,
    ipv6: source.ipv6,
    internal: source.internal,
    options: source.options,
    ipam: { options: source.ipam.options ?? {}, config: (source.ipam.pools ?? []).map(toRequest) },
  };
}

function toRequest({ subnet, ipRange, gateway, gatewayImplied, auxiliary }: IpamPool) {
  return {
    subnet,
    ...(ipRange === undefined ? {} : { ipRange }),
    ...(gatewayImplied ? {} : { gateway }),
    ...(auxiliary === undefined ? {} : { auxiliary }),
  };
}

/** The device of the network, and whether it is there already. */
function bridgeOf(store: Store, id: string, { options = {} }: NetworkRequest) {
  const { device } = parseBridgeOptions(options);
  if (device === "") return { device: `strake-${id.slice(0, 8)}` };
  const other = listNetworks(store).find((network) => network.device === device);
  if (other !== undefined) {
    throw new EngineError(
      "forbidden",
      `cannot create network ${id} (${device}): conflicts with network ${other.id} (${device}): networks have same bridge name`,
      { hint: `give another ${BRIDGE_NAME}, or remove the network ${other.name} first` },
    );
  }
  const netlink = openNetlink();
  try {
    if (linkIndex(netlink, device) === undefined) return { device };
    if (!isBridge(device)) {
      throw new EngineError("forbidden", `existing interface ${device} is not a bridge`);
    }
    return { device, deviceAdopted: true };
  } finally {
    netlink.close();
  }
}
