import type { CallOptions } from "../base/index.ts";
import type { Platform } from "../oci/index.ts";
import type { CredentialSource } from "../registry/index.ts";
import type { BuildEvent } from "./events.ts";

/** Where files come from. */
export type ContextSource =
  | { readonly kind: "folder"; readonly path: string }
  /** A tar, plain or compressed, or a lone Dockerfile as text, on an open descriptor. */
  | { readonly kind: "stream"; readonly fd: number }
  /** A git repository, with `#ref:subdir`, or a URL of a tar or a Dockerfile. */
  | { readonly kind: "url"; readonly url: string };

/** One `--build-context`. */
export type NamedContext =
  | ContextSource
  | { readonly kind: "image"; readonly reference: string }
  | { readonly kind: "oci-layout"; readonly path: string; readonly reference: string };

/** Where the Dockerfile comes from. */
export type DockerfileSource =
  /** A path on this machine. */
  | { readonly kind: "file"; readonly path: string }
  /** A path in the context. */
  | { readonly kind: "in-context"; readonly path: string }
  | { readonly kind: "text"; readonly text: string };

/** A secret: its value is read when a step asks for it, and is never part of a key, a log or a record. */
export type SecretSource =
  | { readonly id: string; readonly kind: "file"; readonly path: string }
  | { readonly id: string; readonly kind: "env"; readonly value: string };

/** One `--ssh`: the socket of an agent, or private keys for one that is started for the build. */
export interface SshSource {
  readonly id: string;
  readonly socket: string | undefined;
  readonly keys: readonly string[];
}

/** Limits of RUN steps. Zero means none; memory in bytes. They are not part of any key. */
export interface StepLimits {
  readonly memory: number;
  /** Memory and swap; -1 for unlimited swap. */
  readonly memorySwap: number;
  readonly cpuShares: number;
  readonly cpuPeriod: number;
  readonly cpuQuota: number;
  readonly cpusetCpus: string;
  readonly cpusetMems: string;
  /** Bytes of `/dev/shm`. */
  readonly shmSize: number;
  readonly ulimits: readonly { readonly Name: string; readonly Soft: number; readonly Hard: number }[];
  readonly cgroupParent: string;
}

/** What becomes of the result. */
export type BuildOutput =
  /** An image in the store. */
  | { readonly kind: "image" }
  | {
      readonly kind: "local";
      readonly dest: string;
      readonly platformSplit: boolean;
      readonly clean: boolean;
    }
  | { readonly kind: "tar"; readonly fd: number; readonly platformSplit: boolean }
  | { readonly kind: "oci" | "docker"; readonly fd: number; readonly names: readonly string[] }
  | { readonly kind: "oci-folder"; readonly dest: string; readonly names: readonly string[] }
  | {
      readonly kind: "push";
      readonly names: readonly string[];
      /** Of all layers; as they came, or else gzip, if not given. */
      readonly compression?: "gzip" | "zstd";
    };

/** Cache import or export: a type and its attributes, as `--cache-from` and `--cache-to` say them. */
export interface CacheLocation {
  readonly type: "inline" | "local" | "registry";
  readonly attributes: Readonly<Record<string, string>>;
}

/** What `build` is asked. */
export interface BuildRequest {
  readonly context: ContextSource | undefined;
  readonly dockerfile: DockerfileSource;
  readonly contexts: Readonly<Record<string, NamedContext>>;
  /** Name or index of a stage; the last if not given. */
  readonly target?: string;
  /** This machine's if empty. */
  readonly platforms: readonly Platform[];
  readonly buildArgs: Readonly<Record<string, string>>;
  /** Proxy variables of the caller, given to steps and to no key. */
  readonly proxies: Readonly<Record<string, string>>;
  readonly labels: Readonly<Record<string, string>>;
  /** Names for the image. */
  readonly tags: readonly string[];
  /** True for every stage, or names of stages. */
  readonly noCache: boolean | readonly string[];
  /** Asks the registry even for base images that are here. */
  readonly pull: boolean;
  readonly network: "default" | "none" | "host" | string;
  /** `host:ip`. */
  readonly extraHosts: readonly string[];
  readonly limits: StepLimits;
  /** `network.host`, `security.insecure`. */
  readonly allow: readonly string[];
  readonly secrets: readonly SecretSource[];
  readonly ssh: readonly SshSource[];
  readonly outputs: readonly BuildOutput[];
  readonly cacheFrom: readonly CacheLocation[];
  readonly cacheTo: readonly CacheLocation[];
  readonly annotations: Readonly<Record<string, string>>;
  /** Called with the failed step while its file system is mounted; the build fails when it returns. */
  readonly onFailure?: (failed: FailedStep) => Promise<void>;
}

/** A step that failed, with what a shell in its place needs. */
export interface FailedStep {
  readonly name: string;
  readonly error: Error;
  /** Runs a program in the step's file system, environment and mounts, on this process's terminal; returns its exit code. */
  run(args: readonly string[]): Promise<number>;
}

/** The last parameter of a build. */
export interface BuildCallOptions extends CallOptions {
  readonly onEvent?: (event: BuildEvent) => void;
  /** What proves who asks, at registries. */
  readonly credentials?: CredentialSource;
}
