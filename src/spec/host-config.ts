import { withWords } from "../base/index.ts";
import { parseCapabilities } from "../runtime/index.ts";
import { DEFAULT_SHM_SIZE, MASKED_PATHS, READONLY_PATHS } from "./host-defaults.ts";
import type { HostFacts } from "./host-facts.ts";
import { toResources } from "./resources.ts";
import type { HostConfig, RestartPolicy } from "./types.ts";

/** What {@link toHostConfig} needs from outside. */
export interface HostConfigOptions {
  readonly facts: Pick<HostFacts, "cgroup" | "thermalPaths" | "blockWeight">;
  /** Name of the runtime when none is asked for. */
  readonly runtime: string;
  /** The full ID of a container named in `container:<name>`. Throws `notFound`. */
  readonly containerId: (name: string) => string;
}

/**
 * The host config as Docker 28 stores it: every field filled, `default` networks named, other containers by ID.
 * `warnings` are Docker's texts for what this machine cannot do and was left out. Check the request first with
 * `validateCreate`.
 */
export function toHostConfig(
  asked: Partial<HostConfig>,
  options: HostConfigOptions,
): { readonly hostConfig: HostConfig; readonly warnings: readonly string[] } {
  const { resources, warnings } = toResources(asked, options.facts);
  const privileged = asked.Privileged ?? false;
  const hostConfig: HostConfig = {
    ...toPlainFields(asked),
    ...resources,
    LogConfig: { Type: asked.LogConfig?.Type || "json-file", Config: asked.LogConfig?.Config ?? {} },
    NetworkMode: toNetworkMode(asked.NetworkMode, options),
    RestartPolicy: toRestartPolicy(asked.RestartPolicy),
    CgroupnsMode: asked.CgroupnsMode || (options.facts.cgroup === 2 ? "private" : "host"),
    IpcMode: toNamespaceMode(asked.IpcMode, options) || "private",
    PidMode: toNamespaceMode(asked.PidMode, options),
    Privileged: privileged,
    SecurityOpt: toSecurityOptions(asked),
    ShmSize: asked.ShmSize || DEFAULT_SHM_SIZE,
    Runtime: asked.Runtime || options.runtime,
    MaskedPaths: privileged ? null : (asked.MaskedPaths ?? [...MASKED_PATHS, ...options.facts.thermalPaths]),
    ReadonlyPaths: privileged ? null : (asked.ReadonlyPaths ?? READONLY_PATHS),
  };
  return { hostConfig, warnings };
}

type Derived =
  | "LogConfig"
  | "NetworkMode"
  | "RestartPolicy"
  | "CgroupnsMode"
  | "IpcMode"
  | "PidMode"
  | "Privileged"
  | "SecurityOpt"
  | "ShmSize"
  | "Runtime"
  | "MaskedPaths"
  | "ReadonlyPaths";

function toPlainFields(
  asked: Partial<HostConfig>,
): Omit<HostConfig, Derived | keyof ReturnType<typeof toResources>["resources"]> {
  const { Annotations, StorageOpt, Tmpfs, Sysctls, Mounts, Init } = asked;
  return {
    Binds: asked.Binds ?? null,
    ContainerIDFile: asked.ContainerIDFile ?? "",
    PortBindings: asked.PortBindings ?? {},
    AutoRemove: asked.AutoRemove ?? false,
    VolumeDriver: asked.VolumeDriver ?? "",
    VolumesFrom: asked.VolumesFrom ?? null,
    ConsoleSize: asked.ConsoleSize ?? [0, 0],
    ...(isEmpty(Annotations) ? {} : { Annotations }),
    CapAdd: asked.CapAdd?.length ? parseCapabilities(asked.CapAdd, "CapAdd") : null,
    CapDrop: asked.CapDrop?.length ? parseCapabilities(asked.CapDrop, "CapDrop") : null,
    Dns: asked.Dns ?? [],
    DnsOptions: asked.DnsOptions ?? [],
    DnsSearch: asked.DnsSearch ?? [],
    ExtraHosts: asked.ExtraHosts ?? null,
    GroupAdd: asked.GroupAdd ?? null,
    Cgroup: asked.Cgroup ?? "",
    Links: asked.Links ?? null,
    OomScoreAdj: asked.OomScoreAdj ?? 0,
    PublishAllPorts: asked.PublishAllPorts ?? false,
    ReadonlyRootfs: asked.ReadonlyRootfs ?? false,
    ...(isEmpty(StorageOpt) ? {} : { StorageOpt }),
    ...(isEmpty(Tmpfs) ? {} : { Tmpfs }),
    UTSMode: asked.UTSMode ?? "",
    UsernsMode: asked.UsernsMode ?? "",
    ...(isEmpty(Sysctls) ? {} : { Sysctls }),
    ...(Mounts?.length ? { Mounts } : {}),
    ...(Init === undefined ? {} : { Init }),
  };
}

function isEmpty(map: Readonly<Record<string, string>> | undefined): map is undefined {
  return map === undefined || Object.keys(map).length === 0;
}

function toNetworkMode(mode: string | undefined, { containerId }: HostConfigOptions): string {
  if (mode === undefined || mode === "" || mode === "default") return "bridge";
  const name = containerOf(mode);
  if (name === undefined) return mode;
  return `container:${withWords("joining network namespace of container", () => containerId(name))}`;
}

function toNamespaceMode(mode: string | undefined, { containerId }: HostConfigOptions): string {
  const name = containerOf(mode ?? "");
  return name === undefined ? (mode ?? "") : `container:${containerId(name)}`;
}

/** The container named by a mode `container:<name>`, or undefined. */
export function containerOf(mode: string): string | undefined {
  return mode.startsWith("container:") ? mode.slice("container:".length) : undefined;
}

function toRestartPolicy(asked: RestartPolicy | undefined): RestartPolicy {
  return { Name: asked?.Name || "no", MaximumRetryCount: asked?.MaximumRetryCount ?? 0 };
}

// Processes that share namespaces with the host cannot be labelled apart from it.
function toSecurityOptions(asked: Partial<HostConfig>): readonly string[] | null {
  const unconfined = asked.Privileged || asked.IpcMode === "host" || asked.PidMode === "host";
  const options = asked.SecurityOpt ?? [];
  if (!unconfined || options.some((option) => /^label[=:]/.test(option))) return asked.SecurityOpt ?? null;
  return [...options, "label=disable"];
}
