import { existsSync, mkdirSync } from "node:fs";
import { posix } from "node:path";
import type { ContainerConfig, HostConfig, MountPoint, MountRequest } from "../../spec/index.ts";
import type { ContainerRecord } from "../record.ts";
import type { ParsedMount } from "./bind-text.ts";
import { isMode } from "./bind-text.ts";
import { invalid, invalidMount } from "./errors.ts";
import { cleanTarget, parseMounts, parseTmpfsTargets } from "./mount-requests.ts";

/** Where volumes come from. */
export interface VolumePort {
  /** The volume of that name, made when there is none; one with a made-up name when none is given. */
  create(request: {
    readonly name?: string;
    readonly driver?: string;
    readonly labels?: Readonly<Record<string, string>>;
    readonly options?: Readonly<Record<string, string>>;
  }): { readonly name: string; readonly path: string };
}

/** What {@link resolveMounts} needs from outside. */
export interface MountFacts {
  readonly volumes: VolumePort;
  /** The mounts of a container named in `--volumes-from`. Throws `notFound`. */
  readonly findContainer: (name: string) => Pick<ContainerRecord, "mounts">;
  /** Throws `notFound` when a mount of type image names none. */
  readonly checkImage: (name: string) => void;
}

const LOCAL = "local";

/**
 * The mounts of a new container as Docker records them; volumes are made on the way, after everything was checked.
 * A later kind hides an earlier one with the same target: those of other containers, then `-v` and `--mount`;
 * volumes of the image come last and only where nothing else is. Mounts of `--tmpfs` are not among them.
 * The Source of an image mount is empty: it is mounted when the container starts.
 * Throws `invalidArgument` with Docker's texts.
 */
export function resolveMounts(
  request: { readonly config: Pick<ContainerConfig, "Volumes">; readonly hostConfig: Partial<HostConfig> },
  facts: MountFacts,
): MountPoint[] {
  const { config, hostConfig } = request;
  const parsed = parseMounts(hostConfig);
  const inherited = (hostConfig.VolumesFrom ?? []).flatMap((text) => inheritMounts(text, facts));
  for (const { request: mount } of parsed) checkSource(mount, facts);
  const points = new Map<string, MountPoint>(inherited.map((point) => [point.Destination, point]));
  for (const mount of parsed) points.set(mount.request.Target, toMountPoint(mount, hostConfig, facts));
  const hidden = new Set(parseTmpfsTargets(hostConfig.Tmpfs ?? {}));
  for (const target of Object.keys(config.Volumes ?? {}).map(toVolumeTarget)) {
    if (points.has(target) || hidden.has(target)) continue;
    const driver = hostConfig.VolumeDriver || LOCAL;
    const volume = facts.volumes.create({ driver });
    points.set(target, volumePoint(volume, { Type: "volume", Target: target }, ""));
  }
  return [...points.values()];
}

/**
 * Makes the folders that `-v` names and are not there; Docker does so each time a container starts.
 * Throws `invalidArgument` where a `--mount` names a path that is not there.
 */
export function ensureBindSources(mounts: readonly MountPoint[]): void {
  for (const { Type: type, Source: source, request } of mounts) {
    if (type !== "bind" || existsSync(source)) continue;
    if (request !== undefined && !request.BindOptions?.CreateMountpoint) throw missingSource(source);
    mkdirSync(source, { recursive: true, mode: 0o755 });
  }
}

function checkSource(mount: MountRequest, facts: MountFacts): void {
  const { Type: type, Source: source = "" } = mount;
  if (type === "image") facts.checkImage(source);
  if (type === "bind" && !mount.BindOptions?.CreateMountpoint && !existsSync(source)) {
    throw missingSource(source);
  }
}

function missingSource(source: string): Error {
  return invalidMount("bind", `bind source path does not exist: ${source}`);
}

function toMountPoint(
  { request, mode }: ParsedMount,
  hostConfig: Partial<HostConfig>,
  { volumes }: MountFacts,
): MountPoint {
  const { Type: type, Source: source = "", Target: target } = request;
  const base = { Type: type, Destination: target, Mode: mode, RW: !request.ReadOnly, request } as const;
  if (type === "bind") {
    return { ...base, Source: source, Propagation: request.BindOptions?.Propagation || "rprivate" };
  }
  if (type === "image") return { ...base, Name: source, Source: "", RW: false, Propagation: "rprivate" };
  if (type === "tmpfs") return { ...base, Source: "", Propagation: "" };
  const { DriverConfig: driver, Labels: labels } = request.VolumeOptions ?? {};
  const volume = volumes.create({
    ...(source === "" ? {} : { name: source }),
    driver: driver?.Name || hostConfig.VolumeDriver || LOCAL,
    ...(labels === undefined ? {} : { labels }),
    ...(driver?.Options === undefined ? {} : { options: driver.Options }),
  });
  return volumePoint(volume, request, mode);
}

function volumePoint(
  { name, path }: ReturnType<VolumePort["create"]>,
  request: MountRequest,
  mode: string,
): MountPoint {
  return {
    Type: "volume",
    Name: name,
    Source: path,
    Destination: request.Target,
    Driver: LOCAL,
    Mode: mode,
    RW: !request.ReadOnly,
    Propagation: "",
    request,
  };
}

/** Images may declare a volume without the leading slash. */
function toVolumeTarget(text: string): string {
  const target = cleanTarget(posix.resolve("/", text));
  if (target === "/") throw invalidMount("volume", "invalid specification: destination can't be '/'");
  return target;
}

function inheritMounts(text: string, facts: MountFacts): MountPoint[] {
  const at = text.indexOf(":");
  const name = at < 0 ? text : text.slice(0, at);
  const mode = at < 0 ? "" : text.slice(at + 1);
  if (text === "") throw invalid("volumes-from specification cannot be an empty string");
  if (name === "") throw invalid(`invalid name or ID supplied: "${name}"`);
  if (mode !== "" && (!isMode(mode) || mode.includes("nocopy"))) throw invalid(`invalid mode: ${mode}`);
  const readOnly = mode.split(",").includes("ro");
  return facts
    .findContainer(name)
    .mounts.filter(({ Type: type }) => type === "bind" || type === "volume")
    .map((point) => ({
      ...point,
      RW: point.RW && !readOnly,
      Mode: mode,
      ...(point.request === undefined
        ? {}
        : { request: { ...point.request, ReadOnly: !point.RW || readOnly } }),
    }));
}
