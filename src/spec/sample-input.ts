import type { RuntimeDevice } from "../runtime/index.ts";
import type { DevicePort } from "./device-nodes.ts";
import { toHostConfig } from "./host-config.ts";
import type { SpecInput } from "./spec-input.ts";
import type { ContainerConfig, HostConfig, MountPoint, SpecContainer } from "./types.ts";

/** What a test varies of {@link sampleInput}. */
export interface Sample {
  readonly config?: Partial<ContainerConfig>;
  readonly hostConfig?: Partial<HostConfig>;
  readonly mounts?: readonly MountPoint[];
  readonly input?: Partial<SpecInput>;
}

const EMPTY_CONFIG: ContainerConfig = {
  Hostname: "",
  Domainname: "",
  AttachStdin: false,
  AttachStdout: false,
  AttachStderr: false,
  Tty: false,
  OpenStdin: false,
  StdinOnce: false,
  Image: "i",
};

const NODES: Readonly<Record<string, RuntimeDevice>> = {
  "/dev/fuse": { path: "/dev/fuse", type: "c", major: 10, minor: 229, fileMode: 0o600, uid: 0, gid: 0 },
  "/dev/vda": { path: "/dev/vda", type: "b", major: 254, minor: 0, fileMode: 0o660, uid: 0, gid: 6 },
};

const devices: DevicePort = {
  nodeAt: (path) => {
    if (path in NODES) return NODES[path];
    if (path === "/etc") return undefined;
    throw Object.assign(new Error("no such file"), { code: "ENOENT" });
  },
  nodesBelow: (path) => (path === "/dev" ? Object.values(NODES) : []),
};

/** The input of a spec for a made-up container on a made-up host, for tests. */
export function sampleInput(sample: Sample = {}): SpecInput {
  const facts = {
    cgroup: 1,
    kernel: [6, 1],
    capabilities: ["CAP_CHOWN", "CAP_SYS_ADMIN"],
    appArmor: false,
    initPath: "/usr/bin/tini-static",
    hostname: "vm",
    thermalPaths: [],
    blockWeight: true,
    placeOf: () => ({ target: "/", propagation: [] }),
  } as const;
  const containerId = (name: string): string => name;
  const { hostConfig } = toHostConfig(sample.hostConfig ?? {}, { facts, runtime: "runc", containerId });
  const id = "9d4bf3bf8af7".padEnd(64, "0");
  const container: SpecContainer = {
    id,
    path: "/bin/sleep",
    args: ["5"],
    config: { ...EMPTY_CONFIG, Hostname: id.slice(0, 12), ...sample.config },
    hostConfig,
    mounts: sample.mounts ?? [],
  };
  return {
    container,
    rootfs: "/rootfs",
    files: { hostname: "/c/hostname", hosts: "/c/hosts", resolvConf: "/c/resolv.conf" },
    users: {
      passwd: "root:x:0:0::/root:\nbob:x:1000:1000::/home/bob:\n",
      group: "root:x:0:\nbob:x:1000:\naudio:x:29:bob\n",
    },
    network: { path: "/run/netns/n" },
    joined: {},
    shmPath: undefined,
    sources: new Map(),
    seccomp: { defaultAction: "SCMP_ACT_ERRNO", syscalls: [] },
    facts,
    devices,
    ...sample.input,
  };
}
