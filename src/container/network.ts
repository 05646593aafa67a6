import { EngineError, isEngineError, withWords } from "../base/index.ts";
import type { Connection, PublishRequest } from "../network/index.ts";
import type { PortBinding } from "../spec/index.ts";
import type { ContainerContext } from "./context.ts";
import { containerPaths } from "./paths.ts";
import type { ContainerRecord, EndpointState, NetworkState } from "./record.ts";
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

/** Gives a container its addresses and published ports; the sandbox must be there. */
export async function connectNetwork(
  context: ContainerContext,
  record: ContainerRecord,
  sandbox: SandboxChoice,
): Promise<NetworkState> {
  if (sandbox.kind === "container") return { sandboxKey: "", sandboxId: "", endpoints: [], ports: {} };
  const publish = publishRequests(record);
  const endpoints: EndpointState[] = [];
  let published: Connection["ports"] = {};
  for (const [at, network] of networkNames(record).entries()) {
    const connection = await context.networks
      .connect(record.id, network, {
        containerName: record.name,
        request: record.endpoints[network] ?? record.endpoints.default ?? {},
        ports: at === 0 ? publish : [],
      })
      .catch(setupFailed);
    endpoints.push(connection.endpoint);
    published = { ...published, ...connection.ports };
  }
  const own =
    sandbox.kind === "own"
      ? { sandboxKey: sandbox.path, sandboxId: sandbox.id }
      : { sandboxKey: "", sandboxId: "" };
  return { ...own, endpoints, ports: portTable(record, published) };
}

function setupFailed(error: unknown): never {
  if (!isEngineError(error)) throw error;
  const { kind, message, hint } = error;
  throw new EngineError(kind, `failed to set up container networking: ${message}`, {
    cause: error,
    ...(hint === undefined ? {} : { hint }),
  });
}

function networkNames({ hostConfig, endpoints }: ContainerRecord): string[] {
  const first = hostConfig.NetworkMode;
  return [first, ...Object.keys(endpoints).filter((name) => name !== first && name !== "default")];
}

function portTable(record: ContainerRecord, published: Connection["ports"]): NetworkState["ports"] {
  const table: Record<string, readonly PortBinding[] | null> = {};
  if (record.hostConfig.NetworkMode === "host" || record.hostConfig.NetworkMode === "none") return table;
  const exposed = Object.keys(record.config.ExposedPorts ?? {});
  for (const port of [...exposed, ...Object.keys(published)].sort()) table[port] = published[port] ?? null;
  return table;
}

/** What `-p` and `-P` ask for. */
export function publishRequests({
  config,
  hostConfig,
}: Pick<ContainerRecord, "config" | "hostConfig">): PublishRequest[] {
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
    containerPort: Number(number),
    protocol,
    hostIp: HostIp,
    ...(first === "" ? {} : { hostPort: { first: Number(first), last: Number(last) } }),
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
