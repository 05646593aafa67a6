import type { LinuxSeccomp } from "./seccomp-types.ts";

/** The OCI runtime-spec version that {@link RuntimeSpec} follows; runc 1.1 and crun 1.8 read it. */
export const OCI_VERSION = "1.0.2";

/** An integer for `config.json`: a {@link rawInteger} where a double could not hold it. */
export type SpecInteger = number | RawInteger;

/** A JSON integer of up to 64 bits, written digit by digit by `JSON.stringify`. */
export interface RawInteger {
  readonly rawJSON: string;
}

/** Makes a JSON integer that is exact beyond 2^53. */
export function rawInteger(value: bigint): RawInteger {
  const json: object = JSON;
  const make: unknown = Reflect.get(json, "rawJSON");
  if (typeof make !== "function") throw new TypeError("JSON.rawJSON is missing");
  return make.call(json, value.toString());
}

/** OCI runtime-spec, config.md#user. */
export interface RuntimeUser {
  readonly uid: number;
  readonly gid: number;
  readonly additionalGids?: readonly number[];
}

/** OCI runtime-spec, config.md#linux-process. Names with `CAP_`. */
export interface RuntimeCapabilities {
  readonly bounding: readonly string[];
  readonly effective: readonly string[];
  readonly permitted: readonly string[];
  readonly inheritable?: readonly string[];
  readonly ambient?: readonly string[];
}

/** OCI runtime-spec, config.md#posix-process. */
export interface RuntimeRlimit {
  /** `RLIMIT_NOFILE`, … */
  readonly type: string;
  readonly hard: SpecInteger;
  readonly soft: SpecInteger;
}

/** OCI runtime-spec, config.md#process: also what `exec --process` reads. */
export interface RuntimeProcess {
  readonly terminal?: boolean;
  readonly consoleSize?: { readonly height: number; readonly width: number };
  readonly user: RuntimeUser;
  readonly args: readonly string[];
  readonly env: readonly string[];
  readonly cwd: string;
  readonly capabilities?: RuntimeCapabilities;
  readonly rlimits?: readonly RuntimeRlimit[];
  readonly noNewPrivileges?: boolean;
  readonly apparmorProfile?: string;
  readonly oomScoreAdj?: number;
  readonly selinuxLabel?: string;
}

/** OCI runtime-spec, config.md#mounts. */
export interface RuntimeMount {
  readonly destination: string;
  readonly type: string;
  readonly source: string;
  readonly options: readonly string[];
}

/** OCI runtime-spec, config-linux.md#namespaces. Joins the one at `path`, else makes a new one. */
export interface RuntimeNamespace {
  readonly type: "pid" | "network" | "mount" | "ipc" | "uts" | "cgroup" | "user";
  readonly path?: string;
}

/** OCI runtime-spec, config-linux.md#devices. */
export interface RuntimeDevice {
  readonly path: string;
  readonly type: "c" | "b" | "p";
  readonly major: number;
  readonly minor: number;
  /** Permission bits. */
  readonly fileMode: number;
  readonly uid: number;
  readonly gid: number;
}

/** OCI runtime-spec, config-linux.md#allowed-device-list. */
export interface RuntimeDeviceRule {
  readonly allow: boolean;
  readonly type?: "a" | "b" | "c";
  readonly major?: number;
  readonly minor?: number;
  readonly access: string;
}

/** A limit of one block device. */
export interface RuntimeThrottle {
  readonly major: number;
  readonly minor: number;
  readonly rate: number;
}

/** OCI runtime-spec, config-linux.md#control-groups. */
export interface RuntimeResources {
  readonly devices?: readonly RuntimeDeviceRule[];
  readonly memory?: {
    readonly limit?: number;
    readonly reservation?: number;
    readonly swap?: number;
    readonly swappiness?: number;
    readonly disableOOMKiller?: boolean;
  };
  readonly cpu?: {
    readonly shares?: number;
    readonly quota?: number;
    readonly period?: number;
    readonly realtimeRuntime?: number;
    readonly realtimePeriod?: number;
    readonly cpus?: string;
    readonly mems?: string;
  };
  readonly pids?: { readonly limit: number };
  readonly blockIO?: {
    readonly weight?: number;
    readonly weightDevice?: readonly {
      readonly major: number;
      readonly minor: number;
      readonly weight: number;
    }[];
    readonly throttleReadBpsDevice?: readonly RuntimeThrottle[];
    readonly throttleWriteBpsDevice?: readonly RuntimeThrottle[];
    readonly throttleReadIOPSDevice?: readonly RuntimeThrottle[];
    readonly throttleWriteIOPSDevice?: readonly RuntimeThrottle[];
  };
}

/** OCI runtime-spec, config-linux.md. */
export interface RuntimeLinux {
  readonly namespaces: readonly RuntimeNamespace[];
  readonly cgroupsPath?: string;
  readonly resources?: RuntimeResources;
  readonly devices?: readonly RuntimeDevice[];
  readonly sysctl?: Readonly<Record<string, string>>;
  readonly seccomp?: LinuxSeccomp;
  readonly rootfsPropagation?: string;
  readonly maskedPaths?: readonly string[];
  readonly readonlyPaths?: readonly string[];
}

/** The OCI runtime-spec `config.json`, as far as Strake writes it (config.md). `JSON.stringify` gives the file. */
export interface RuntimeSpec {
  readonly ociVersion: string;
  readonly process: RuntimeProcess;
  readonly root: { readonly path: string; readonly readonly?: boolean };
  readonly hostname?: string;
  readonly mounts: readonly RuntimeMount[];
  readonly annotations?: Readonly<Record<string, string>>;
  readonly linux: RuntimeLinux;
}
