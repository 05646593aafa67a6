import { EngineError, shortId, withWords, withWordsAsync } from "../base/index.ts";
import type { ConnectOptions, EndpointRequest, PublishRequest, Reservation } from "../network/index.ts";
import type { PortBinding } from "../spec/index.ts";
import type { ContainerContext } from "./context.ts";
import { containerPaths } from "./paths.ts";
import type { ContainerRecord, NetworkState } from "./record.ts";
import { processOf } from "./state.ts";
import { findContainer } from "./table.ts";

/** Where the network namespace of a container comes from. */
export type SandboxChoice =
  | { readonly kind: "own"; readonly id: string; readonly path: string }
  | { readonly kind: "host" }
  | { readonly kind: "container"; readonly id: string; readonly path: string };

/** Makes or finds the network namespace that a container is to run in. */
export function openSandbox(context: ContainerContext, record: ContainerRecord): SandboxChoice {
  const mode = record.hostConfig.NetworkMode;
  if (mode === "host") return { kind: "host" };
  const joined = joinedContainer(context, record);
  if (joined !== undefined) {
    return { kind: "container", id: joined.id, path: `/proc/${joined.pid}/ns/net` };
  }
  const { id, key } = context.networks.createSandbox(record.id);
  return { kind: "own", id, path: key };
}

/** The container whose network this one shares, and its process; undefined when it has its own or the host's. */
function joinedContainer(
  context: ContainerContext,
  { hostConfig }: ContainerRecord,
): { readonly id: string; readonly pid: number } | undefined {
  const mode = hostConfig.NetworkMode;
  if (!mode.startsWith("container:")) return undefined;
  const { id, name, state } = withWords("joining network namespace of container", () =>
    findContainer(context.store, mode.slice("container:".length)),
  );
  const pid = processOf(state)?.pid;
  if (pid !== undefined) return { id, pid };
  throw new EngineError(
    "conflict",
    `cannot join network namespace of a non running container: container ${name} is ${state.status}`,
  );
}

/** Gives a container that is about to run its addresses and ports; no process listens to the sockets. */
export async function reserveNetwork(
  context: ContainerContext,
  record: ContainerRecord,
): Promise<Reservation> {
  if (record.hostConfig.NetworkMode.startsWith("container:"))
    return { endpoints: [], ports: {}, sockets: [] };
  const networks = Object.entries(record.endpoints).map(([name, request]) => ({
    network: idOf(context, record, name),
    ...connectOptions(record, request),
  }));
  return await withWordsAsync("failed to set up container networking", () =>
    context.networks.reserve(record.id, { networks, ports: publishRequests(record) }),
  );
}

/** Makes the interfaces and rules of a container's reservation; the sandbox must be there. */
export async function attachNetwork(
  context: ContainerContext,
  record: ContainerRecord,
  { sandbox, reservation }: { readonly sandbox: SandboxChoice; readonly reservation: Reservation },
): Promise<NetworkState> {
  const { endpoints } = reservation;
  if (endpoints.length > 0) {
    await withWordsAsync("failed to set up container networking", () => context.networks.attach(record.id));
  }
  const own = sandbox.kind === "own";
  return {
    sandboxKey: own ? sandbox.path : "",
    sandboxId: own ? sandbox.id : "",
    endpoints,
    ports: portTable(record, reservation),
  };
}

/** What a container tells a network of itself. */
export function connectOptions(
  { id, name, config, hostConfig }: ContainerRecord,
  request: EndpointRequest,
): Omit<ConnectOptions, "ports"> {
  const names = [name, ...(request.Aliases ?? []), shortId(id), config.Hostname];
  return {
    containerName: name,
    request,
    names: [...new Set(names.filter((each) => each !== ""))],
    ...(hostConfig.Dns.length === 0 ? {} : { dns: hostConfig.Dns }),
  };
}

/** The network of that name; when it is gone, the ID that it had, which is what Docker then names. */
function idOf({ networks }: ContainerContext, { networkIds = {} }: ContainerRecord, name: string): string {
  return networks.find(name) === undefined ? (networkIds[name] ?? name) : name;
}

/** All ports that a container exposes, with where they are published; none when no network leads out. */
export function portTable(
  record: ContainerRecord,
  { endpoints, ports: published }: Pick<Reservation, "endpoints" | "ports">,
): NetworkState["ports"] {
  const table: Record<string, readonly PortBinding[] | null> = {};
  if (!endpoints.some(({ gateway, ipv6 }) => gateway !== "" || ipv6?.gateway)) return table;
  const exposed = Object.keys(record.config.ExposedPorts ?? {});
  for (const port of [...exposed, ...Object.keys(published)].sort()) table[port] = published[port] ?? null;
  return table;
}

/** What `-p` and `-P` ask for. */
export function publishRequests({
  config,
  hostConfig,
}: {
  readonly config: Pick<ContainerRecord["config"], "ExposedPorts">;
  readonly hostConfig: Pick<ContainerRecord["hostConfig"], "PortBindings" | "PublishAllPorts">;
}): PublishRequest[] {
  const requests = Object.entries(hostConfig.PortBindings).flatMap(([port, bindings]) =>
    (bindings.length === 0 ? [{ HostIp: "", HostPort: "" }] : bindings).map((binding) =>
      toPublish(port, binding),
    ),
  );
  if (!hostConfig.PublishAllPorts) return requests;
  const bound = new Set(Object.keys(hostConfig.PortBindings));
  const others = Object.keys(config.ExposedPorts ?? {}).filter((port) => !bound.has(port));
  return [...requests, ...others.map((port) => toPublish(port, { HostIp: "", HostPort: "" }))];
}

function toPublish(port: string, { HostIp, HostPort }: PortBinding): PublishRequest {
  const [number = "", protocol = "tcp"] = port.split("/");
  const [first = "", last = first] = HostPort.split("-");
  if (protocol !== "tcp" && protocol !== "udp" && protocol !== "sctp") {
    throw new EngineError("invalidArgument", `invalid proto: ${protocol}`);
  }
  return {
    // An image may expose what is no number; Docker takes that for 0.
    containerPort: Number(number) || 0,
    protocol,
    hostIp: HostIp,
    ...(Number(first) === 0 ? {} : { hostPort: { first: Number(first), last: Number(last) } }),
  };
}

/** The files that a container sees as its hosts, hostname and resolv.conf; those of the container it joined, if any. */
export function networkFiles(context: ContainerContext, record: ContainerRecord) {
  const mode = record.hostConfig.NetworkMode;
  const owner = mode.startsWith("container:")
    ? findContainer(context.store, mode.slice("container:".length)).id
    : record.id;
  const { hosts, hostname, resolvConf } = containerPaths(context.store, owner);
  return { hosts, hostname, resolvConf };
}
