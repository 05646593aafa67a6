import type { EndpointRequest, EndpointState } from "../network/index.ts";
import type { Digest } from "../oci/index.ts";
import type { ContainerConfig, HostConfig, MountPoint, PortBinding } from "../spec/index.ts";

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
  /** By network name, as asked for: all the networks that it is on when it runs. */
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
