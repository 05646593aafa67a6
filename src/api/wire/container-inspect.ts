import { ZERO_TIME } from "../../base/index.ts";
import type { ContainerRecord, ContainerView, MountPoint } from "../../engine/index.ts";
import { encodeGoJson, type InspectItem } from "../../template/index.ts";
import { containerType } from "./container-type.ts";
import { toNetworkSettings } from "./network-settings.ts";

/**
 * What `inspect` shows of a container: templates and the daemon's JSON are of one type. Docker's
 * daemon writes `< > &` as they are here, unlike in its answer for an image.
 */
export function toContainerInspect(view: ContainerView): InspectItem {
  const value = toShape(view);
  return { type: containerType, value, raw: encodeGoJson(containerType, value, { escapeHtml: false }) };
}

function toShape(view: ContainerView): Readonly<Record<string, unknown>> {
  const { record, graph } = view;
  return {
    Id: record.id,
    Created: record.created,
    Path: record.path,
    Args: record.args,
    State: toState(record),
    Image: record.imageId,
    ...toPaths(view),
    Name: `/${record.name}`,
    RestartCount: record.restartCount,
    Driver: graph.name,
    Platform: record.platform,
    ExecIDs: view.execIds.length === 0 ? null : view.execIds,
    HostConfig: record.hostConfig,
    GraphDriver: { Data: graph.data, Name: graph.name },
    SizeRw: view.sizeRw,
    SizeRootFs: view.sizeRootFs,
    Mounts: record.mounts.map(toMountPoint),
    Config: {
      ...record.config,
      Labels: record.config.Labels ?? {},
      MacAddress: record.endpoints[record.hostConfig.NetworkMode]?.MacAddress,
    },
    NetworkSettings: toNetworkSettings(record),
  };
}

/** Docker makes these files at the first start and shows no path before. */
function toPaths({ record, paths }: ContainerView): Readonly<Record<string, string>> {
  if (record.startedAt === ZERO_TIME) return {};
  return {
    ResolvConfPath: paths.resolvConf,
    HostnamePath: paths.hostname,
    HostsPath: paths.hosts,
    LogPath: paths.log,
  };
}

/** The mount as Docker shows it, without what only the engine needs. */
export function toMountPoint({ request: _, ...shown }: MountPoint): Omit<MountPoint, "request"> {
  return shown;
}

/** Docker's overlapping flags: a paused container runs, one that is to be restarted counts as running. */
function toState(record: ContainerRecord): Readonly<Record<string, unknown>> {
  const { state } = record;
  const live = state.status === "running" || state.status === "paused";
  return {
    Status: state.status,
    Running: live || state.status === "restarting",
    Paused: state.status === "paused",
    Restarting: state.status === "restarting",
    OOMKilled: record.oomKilled,
    Dead: state.status === "dead",
    Pid: live ? state.process.pid : 0,
    ExitCode: live ? 0 : record.exitCode,
    Error: record.error,
    StartedAt: record.startedAt,
    FinishedAt: record.finishedAt,
    Health: record.health,
  };
}
