import { EngineError } from "../base/index.ts";
import type { PublishedPort } from "../network/index.ts";
import type { HostConfig, PortBinding } from "../spec/index.ts";
import type { ContainerContext } from "./context.ts";
import { withKeptSockets } from "./kept-sockets.ts";
import { portTable, publishRequests } from "./network.ts";
import type { ContainerRecord } from "./record.ts";

type Bindings = HostConfig["PortBindings"];

/** Which ports a container is to publish besides those that it has, and which no longer. */
export interface PortUpdate {
  readonly add: Bindings;
  /** An address or a port that is not given means every one. */
  readonly remove: Bindings;
}

/**
 * Changes the published ports of a container, of a running one at once: all of them or, when one cannot be had,
 * none. Returns the record as it then is. Throws `notFound` for a port that is to go and is not published.
 */
export async function updatePorts(
  context: ContainerContext,
  record: ContainerRecord,
  { add, remove }: PortUpdate,
): Promise<ContainerRecord> {
  checkRemoved(record, remove);
  const { config, network } = record;
  const hostConfig = Object.keys(remove).length > 0 ? withChosenPorts(record) : record.hostConfig;
  const exposed = Object.fromEntries(Object.keys(add).map((port) => [port, {}]));
  const changed: ContainerRecord = {
    ...record,
    config: { ...config, ExposedPorts: { ...config.ExposedPorts, ...exposed } },
    hostConfig: {
      ...hostConfig,
      PortBindings: withAdded(withoutRemoved({ hostConfig, network }, remove), add),
    },
  };
  if (network === null) return changed;
  const change = {
    add: publishRequests({ config: {}, hostConfig: { PortBindings: add, PublishAllPorts: false } }),
    remove: (port: PublishedPort) => isRemoved(remove, port),
  };
  const ports = await withKeptSockets(record, (keep) =>
    context.networks.changePorts(record.id, { ...change, keep }),
  );
  return {
    ...changed,
    network: { ...network, ports: portTable(changed, { endpoints: network.endpoints, ports }) },
  };
}

function isRemoved(remove: Bindings, { containerPort, protocol, hostIp, hostPort }: PublishedPort): boolean {
  const binding = { HostIp: hostIp, HostPort: String(hostPort) };
  return (remove[`${containerPort}/${protocol}`] ?? []).some((each) => meets(each, binding));
}

/** True when what is to go names the binding, or leaves open what it does not name. */
function meets(wanted: PortBinding, { HostIp, HostPort }: PortBinding): boolean {
  return (
    (wanted.HostIp === "" || wanted.HostIp === HostIp) &&
    (wanted.HostPort === "" || wanted.HostPort === HostPort)
  );
}

function checkRemoved({ hostConfig, network }: ContainerRecord, remove: Bindings): void {
  for (const [port, wanted] of Object.entries(remove)) {
    const known = [...(hostConfig.PortBindings[port] ?? []), ...(network?.ports[port] ?? [])];
    const missing = wanted.find((each) => !known.some((binding) => meets(each, binding)));
    if (missing === undefined) continue;
    const at = missing.HostPort === "" ? "" : ` at port ${missing.HostPort}`;
    throw new EngineError("notFound", `port ${port} is not published${at}`, {
      hint: "strake port CONTAINER shows what is",
    });
  }
}

/** With every exposed port named instead of `-P`, so that single ones can go. */
function withChosenPorts({ config, hostConfig }: ContainerRecord): HostConfig {
  if (!hostConfig.PublishAllPorts) return hostConfig;
  const exposed = Object.keys(config.ExposedPorts ?? {}).map(
    (port) => [port, [{ HostIp: "", HostPort: "" }]] as const,
  );
  const PortBindings = { ...Object.fromEntries(exposed), ...hostConfig.PortBindings };
  return { ...hostConfig, PublishAllPorts: false, PortBindings };
}

/** The bindings as asked for, without those that are to go; one with a port of the engine's choice goes with that port. */
function withoutRemoved(
  { hostConfig, network }: Pick<ContainerRecord, "hostConfig" | "network">,
  remove: Bindings,
): Bindings {
  const left = Object.entries(hostConfig.PortBindings).map(([port, bindings]) => {
    const wanted = remove[port] ?? [];
    const live = network?.ports[port] ?? [];
    const fixed = new Set(bindings.map(({ HostPort }) => HostPort));
    const chosen = live.filter(({ HostPort }) => !fixed.has(HostPort));
    const goes = (binding: PortBinding): boolean =>
      wanted.some(
        (each) =>
          meets(each, binding) ||
          (!/^\d+$/.test(binding.HostPort) && chosen.some((given) => meets(each, given))),
      );
    return [port, bindings.filter((binding) => !goes(binding))] as const;
  });
  return Object.fromEntries(left.filter(([, bindings]) => bindings.length > 0));
}

function withAdded(bindings: Bindings, add: Bindings): Bindings {
  const merged: Record<string, readonly PortBinding[]> = { ...bindings };
  for (const [port, more] of Object.entries(add)) merged[port] = [...(merged[port] ?? []), ...more];
  return merged;
}
