import type { LinuxSeccomp } from "../runtime/index.ts";
import type { DevicePort } from "./device-nodes.ts";
import type { HostFacts } from "./host-facts.ts";
import type { SpecContainer } from "./types.ts";
import type { UserFiles } from "./users.ts";

/** Everything that a runtime spec is made from. */
export interface SpecInput {
  readonly container: SpecContainer;
  /** Host path of the mounted root. */
  readonly rootfs: string;
  /** Host paths of the files that are bound over those of the image; undefined leaves one alone. */
  readonly files: {
    readonly hostname: string | undefined;
    readonly hosts: string | undefined;
    readonly resolvConf: string | undefined;
  };
  readonly users: UserFiles;
  /** `host`, or the path of a network namespace to join; a new empty one when undefined. */
  readonly network: "host" | { readonly path: string } | undefined;
  /** Processes of the containers whose namespaces are shared (`--pid container:x`, `--ipc container:x`). */
  readonly joined: { readonly pid?: number; readonly ipc?: number };
  /** A mounted shared memory of this or another container, for the IPC modes `shareable` and `container:`. */
  readonly shmPath: string | undefined;
  /** The hostname of the container whose network is shared, else that of the config. */
  readonly hostname?: string;
  /** Host paths by target, for mounts of images and of parts of volumes: resolved inside them, never by string. */
  readonly sources: ReadonlyMap<string, string>;
  /** From `openContainerSeccomp`. */
  readonly seccomp: LinuxSeccomp | undefined;
  readonly facts: Pick<
    HostFacts,
    "cgroup" | "kernel" | "capabilities" | "appArmor" | "initPath" | "hostname" | "placeOf"
  >;
  readonly devices: DevicePort;
}

/** Where the devices of a privileged container are read from. */
export const DEVICE_FOLDER = "/dev";
