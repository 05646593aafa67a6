import { parseTime } from "../../base/index.ts";
import type { ContainerRecord, ContainerView } from "../../engine/index.ts";
import { type GoValue, goTyped } from "../../template/index.ts";
import { toMountPoint } from "./container-inspect.ts";
import { containerListItemType } from "./container-type.ts";
import { toNetworks } from "./network-settings.ts";

/** One place where a container can be reached; `IP` and `PublicPort` are absent when it is exposed only. */
export interface PublishedPort {
  readonly IP?: string;
  readonly PrivatePort: number;
  readonly PublicPort?: number;
  readonly Type: string;
}

/** An item of `GET /containers/json`. */
export function toContainerListItem(view: ContainerView): GoValue {
  const { record } = view;
  return goTyped(containerListItemType, {
    Id: record.id,
    Names: [`/${record.name}`],
    Image: view.imageName,
    ImageID: record.imageId,
    Command: toCommand(record),
    Created: Number((parseTime(record.created) ?? 0n) / 1_000_000_000n),
    Ports: toPublishedPorts(record),
    SizeRw: view.sizeRw,
    SizeRootFs: view.sizeRootFs,
    Labels: record.config.Labels ?? {},
    State: record.state.status,
    Status: view.status,
    HostConfig: {
      NetworkMode: record.hostConfig.NetworkMode,
      Annotations: record.hostConfig.Annotations,
    },
    NetworkSettings: { Networks: toListedNetworks(record) },
    Mounts: record.mounts.map(toMountPoint),
  });
}

/** Docker's list leaves out by which names a container is known on its networks. */
function toListedNetworks(record: ContainerRecord): Readonly<Record<string, unknown>> {
  const hidden = { Links: null, Aliases: null, DNSNames: null };
  return Object.fromEntries(
    Object.entries(toNetworks(record)).map(([name, shown]) => [name, { ...shown, ...hidden }]),
  );
}

/** Docker's one-line form of a command: an argument with a space stands in single quotes, nothing is escaped. */
export function toCommand({ path, args }: Pick<ContainerRecord, "path" | "args">): string {
  const shown = args.map((word) => (word.includes(" ") ? `'${word}'` : word));
  return shown.length === 0 ? path : `${path} ${shown.join(" ")}`;
}

/** What a running container exposes and publishes, by container port. */
export function toPublishedPorts({ network }: Pick<ContainerRecord, "network">): PublishedPort[] {
  const ports = Object.entries(network?.ports ?? {}).flatMap(([port, bindings]): PublishedPort[] => {
    const [number = "", Type = "tcp"] = port.split("/");
    const PrivatePort = Number(number) || 0;
    if (bindings === null || bindings.length === 0) return [{ PrivatePort, Type }];
    return bindings.map((one) => ({ IP: one.HostIp, PrivatePort, PublicPort: Number(one.HostPort), Type }));
  });
  return ports.sort((a, b) => a.PrivatePort - b.PrivatePort);
}
