import type { Digest, ExecutionConfig } from "../oci/index.ts";

/**
 * What a container runs, with the names of Docker's `Config` object: it is the vocabulary that users,
 * `inspect` and the Engine API share, so the engine keeps it as it is.
 */
export interface ContainerConfig extends ExecutionConfig {
  readonly Hostname: string;
  readonly Domainname: string;
  readonly AttachStdin: boolean;
  readonly AttachStdout: boolean;
  readonly AttachStderr: boolean;
  readonly Tty: boolean;
  readonly OpenStdin: boolean;
  readonly StdinOnce: boolean;
  /** The image as the user typed it. */
  readonly Image: string;
  readonly NetworkDisabled?: boolean;
  /** Seconds. */
  readonly StopTimeout?: number;
}

export interface PortBinding {
  readonly HostIp: string;
  readonly HostPort: string;
}

export interface RestartPolicy {
  readonly Name: "no" | "always" | "unless-stopped" | "on-failure";
  readonly MaximumRetryCount: number;
}

export interface DeviceMapping {
  readonly PathOnHost: string;
  readonly PathInContainer: string;
  readonly CgroupPermissions: string;
}

export interface Ulimit {
  readonly Name: string;
  readonly Hard: number;
  readonly Soft: number;
}

export interface ThrottleDevice {
  readonly Path: string;
  readonly Rate: number;
}

export interface WeightDevice {
  readonly Path: string;
  readonly Weight: number;
}

/** One `--mount`, or a `-v`/`--tmpfs` in that form. */
export interface MountRequest {
  readonly Type: "bind" | "volume" | "tmpfs" | "image";
  readonly Source?: string;
  readonly Target: string;
  readonly ReadOnly?: boolean;
  readonly Consistency?: string;
  readonly BindOptions?: {
    readonly Propagation?: string;
    readonly NonRecursive?: boolean;
    readonly CreateMountpoint?: boolean;
    readonly ReadOnlyNonRecursive?: boolean;
    readonly ReadOnlyForceRecursive?: boolean;
  };
  readonly VolumeOptions?: {
    readonly NoCopy?: boolean;
    readonly Labels?: Readonly<Record<string, string>>;
    readonly Subpath?: string;
    readonly DriverConfig?: { readonly Name?: string; readonly Options?: Readonly<Record<string, string>> };
  };
  readonly ImageOptions?: { readonly Subpath?: string };
  readonly TmpfsOptions?: { readonly SizeBytes?: number; readonly Mode?: number };
}

/** Limits, with the names of Docker's `Resources`. Zero means no limit. Memory in bytes. */
export interface Resources {
  readonly CpuShares: number;
  readonly Memory: number;
  readonly NanoCpus: number;
  readonly CgroupParent: string;
  readonly BlkioWeight: number;
  readonly BlkioWeightDevice: readonly WeightDevice[];
  readonly BlkioDeviceReadBps: readonly ThrottleDevice[];
  readonly BlkioDeviceWriteBps: readonly ThrottleDevice[];
  readonly BlkioDeviceReadIOps: readonly ThrottleDevice[];
  readonly BlkioDeviceWriteIOps: readonly ThrottleDevice[];
  readonly CpuPeriod: number;
  readonly CpuQuota: number;
  readonly CpuRealtimePeriod: number;
  readonly CpuRealtimeRuntime: number;
  readonly CpusetCpus: string;
  readonly CpusetMems: string;
  readonly Devices: readonly DeviceMapping[];
  readonly DeviceCgroupRules: readonly string[] | null;
  readonly MemoryReservation: number;
  readonly MemorySwap: number;
  readonly MemorySwappiness: number | null;
  readonly OomKillDisable: boolean | null;
  readonly PidsLimit: number | null;
  readonly Ulimits: readonly Ulimit[];
}

/** How a container is tied to this host, with the names of Docker's `HostConfig`. */
export interface HostConfig extends Resources {
  readonly Binds: readonly string[] | null;
  readonly ContainerIDFile: string;
  readonly LogConfig: { readonly Type: string; readonly Config: Readonly<Record<string, string>> };
  /** `bridge`, `host`, `none`, `container:<id>` or the name of a network. */
  readonly NetworkMode: string;
  readonly PortBindings: Readonly<Record<string, readonly PortBinding[]>>;
  readonly RestartPolicy: RestartPolicy;
  readonly AutoRemove: boolean;
  readonly VolumeDriver: string;
  readonly VolumesFrom: readonly string[] | null;
  /** Height, width. */
  readonly ConsoleSize: readonly [number, number];
  readonly Annotations?: Readonly<Record<string, string>>;
  readonly CapAdd: readonly string[] | null;
  readonly CapDrop: readonly string[] | null;
  readonly CgroupnsMode: "host" | "private";
  readonly Dns: readonly string[];
  readonly DnsOptions: readonly string[];
  readonly DnsSearch: readonly string[];
  readonly ExtraHosts: readonly string[] | null;
  readonly GroupAdd: readonly string[] | null;
  readonly IpcMode: string;
  readonly Cgroup: string;
  readonly Links: readonly string[] | null;
  readonly OomScoreAdj: number;
  readonly PidMode: string;
  readonly Privileged: boolean;
  readonly PublishAllPorts: boolean;
  readonly ReadonlyRootfs: boolean;
  readonly SecurityOpt: readonly string[] | null;
  readonly StorageOpt?: Readonly<Record<string, string>>;
  readonly Tmpfs?: Readonly<Record<string, string>>;
  readonly UTSMode: string;
  readonly UsernsMode: string;
  readonly ShmSize: number;
  readonly Sysctls?: Readonly<Record<string, string>>;
  readonly Runtime: string;
  readonly Mounts?: readonly MountRequest[];
  readonly MaskedPaths: readonly string[] | null;
  readonly ReadonlyPaths: readonly string[] | null;
  readonly Init?: boolean;
}

/** What the user asks of one network. */
export interface EndpointRequest {
  readonly Aliases?: readonly string[];
  readonly Links?: readonly string[];
  readonly IPv4Address?: string;
  readonly IPv6Address?: string;
  readonly LinkLocalIPs?: readonly string[];
  readonly MacAddress?: string;
  readonly DriverOpts?: Readonly<Record<string, string>>;
  readonly GwPriority?: number;
}

/** A mount as it was resolved at creation (Docker's `MountPoint`). */
export interface MountPoint {
  readonly Type: "bind" | "volume" | "tmpfs" | "image";
  readonly Name?: string;
  readonly Source: string;
  readonly Destination: string;
  readonly Driver?: string;
  /** The option string as typed: `ro`, `z`, … */
  readonly Mode: string;
  readonly RW: boolean;
  readonly Propagation: string;
  /** Engine-side details that `inspect` does not show. */
  readonly request?: MountRequest;
}

/** The container's place on one network while it runs (Docker's `EndpointSettings`). */
export interface EndpointState {
  readonly networkId: string;
  readonly networkName: string;
  readonly endpointId: string;
  readonly macAddress: string;
  /** Without prefix; empty when there is none. */
  readonly address: string;
  readonly prefixLength: number;
  readonly gateway: string;
  readonly request: EndpointRequest;
}

/** What is live of the network while the container runs. */
export interface NetworkState {
  /** Path of the network namespace, empty for `host`. */
  readonly sandboxKey: string;
  readonly sandboxId: string;
  readonly endpoints: readonly EndpointState[];
  /** `80/tcp` to where it is published; null for exposed only. */
  readonly ports: Readonly<Record<string, readonly PortBinding[] | null>>;
}

export interface HealthProbe {
  readonly Start: string;
  readonly End: string;
  readonly ExitCode: number;
  readonly Output: string;
}

export interface Health {
  readonly Status: "starting" | "healthy" | "unhealthy";
  readonly FailingStreak: number;
  /** The newest five, oldest first. */
  readonly Log: readonly HealthProbe[];
}

/** The processes that stand for a running container. */
export interface LiveProcess {
  readonly pid: number;
  readonly monitorPid: number;
  /** Clock ticks since boot, as text. */
  readonly monitorStartTime: string;
}

/** Where a container is in its life. `transition` in `state.ts` is the only way from one to the next. */
export type ContainerState =
  | { readonly status: "created" }
  | { readonly status: "running"; readonly process: LiveProcess }
  | { readonly status: "paused"; readonly process: LiveProcess }
  | { readonly status: "restarting" }
  | { readonly status: "exited" }
  | { readonly status: "removing" }
  | { readonly status: "dead" };

/** Everything recorded of one container. */
export interface ContainerRecord {
  readonly id: string;
  /** Without the leading slash that Docker shows. */
  readonly name: string;
  /** RFC 3339 with nanoseconds. */
  readonly created: string;
  readonly imageId: Digest;
  readonly path: string;
  readonly args: readonly string[];
  readonly config: ContainerConfig;
  readonly hostConfig: HostConfig;
  /** By network name, as asked for. */
  readonly endpoints: Readonly<Record<string, EndpointRequest>>;
  readonly mounts: readonly MountPoint[];
  readonly state: ContainerState;
  /** Of the last run; `ZERO_TIME` before the first. */
  readonly startedAt: string;
  readonly finishedAt: string;
  readonly exitCode: number;
  readonly oomKilled: boolean;
  /** Why the last start failed; empty otherwise. */
  readonly error: string;
  readonly restartCount: number;
  /** Stopped or killed by the user: the restart policies `on-failure` and `unless-stopped` then rest. */
  readonly stoppedByUser: boolean;
  readonly network: NetworkState | null;
  /** IDs of the networks of the last run, by name: shown after it as well. */
  readonly networkIds?: Readonly<Record<string, string>>;
  readonly health: Health | null;
  readonly platform: string;
}
