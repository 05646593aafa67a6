import type { CallOptions } from "../base/index.ts";
import type {
  ContainerConfig,
  ContainerRecord,
  EndpointRequest,
  HostConfig,
  Resources,
  RestartPolicy,
} from "../container/index.ts";
import type { HistoryLine, ImageSummary, ImageView, LoadedImage, RemovedImage } from "../image/index.ts";
import type { Platform } from "../oci/index.ts";
import type { ProcessStats } from "../runtime/index.ts";
import type { Change } from "../snapshot/index.ts";
import type { RecordedEvent } from "../store/index.ts";

/** `--filter` values by key, as given; the engine refuses a key that it does not know (`invalid filter 'x'`). */
export type Filters = Readonly<Record<string, readonly string[]>>;

/** Everything Strake can do. The local engine and the remote engine implement it; the CLI and the library see only this. */
export interface Engine {
  readonly images: Images;
  readonly containers: Containers;
  readonly system: System;
  /** Ends the use of the store. */
  close(): Promise<void>;
}

export interface Images {
  list(options?: {
    readonly all?: boolean;
    readonly filters?: Filters;
    readonly reference?: string;
  }): Promise<ImageSummary[]>;
  /** Throws `notFound` (`No such image: x:latest`). */
  inspect(name: string, options?: { readonly platform?: Platform }): Promise<ImageView>;
  history(name: string, options?: { readonly platform?: Platform }): Promise<HistoryLine[]>;
  tag(source: string, target: string): Promise<void>;
  remove(
    name: string,
    options?: { readonly force?: boolean; readonly noPrune?: boolean; readonly platform?: Platform },
  ): Promise<RemovedImage[]>;
  prune(filters: Filters): Promise<{ readonly removed: RemovedImage[]; readonly reclaimed: number }>;
  /** Writes one tar, OCI layout and docker-archive at once, as Docker 28 does. */
  save(
    names: readonly string[],
    fd: number,
    options?: CallOptions & { readonly platform?: Platform },
  ): Promise<void>;
  /** Reads a docker-archive or OCI layout, plain or compressed. `source` is a file's path or an open descriptor. */
  load(
    source: ArchiveSource,
    options?: CallOptions & { readonly platform?: Platform },
  ): Promise<LoadedImage[]>;
  /** Makes a one-layer image of a root file system tar; returns the image ID. */
  import(source: ArchiveSource, request: ImportRequest, options?: CallOptions): Promise<string>;
  /** Makes a base image (`debian[:suite]`, `busybox`) from the Debian archive; returns the image ID. */
  bootstrap(name: string, options?: CallOptions): Promise<string>;
}

/** Bytes to read: a seekable file or an open descriptor such as stdin. */
export type ArchiveSource = { readonly path: string } | { readonly fd: number };

export interface ImportRequest {
  /** `repository[:tag]`. */
  readonly reference?: string;
  /** Dockerfile instructions. */
  readonly changes: readonly string[];
  readonly message?: string;
  readonly platform?: Platform;
  /** What the history says: `-`, a file name or a URL. */
  readonly from: string;
}

/** The parts of a container that a request may leave out. */
export interface CreateRequest {
  readonly name?: string;
  readonly config: Partial<ContainerConfig> & { readonly Image: string };
  readonly hostConfig?: Partial<HostConfig>;
  readonly endpoints?: Readonly<Record<string, EndpointRequest>>;
  readonly platform?: Platform;
}

/** The stdio of a container or exec as a caller sees it. */
export interface Streams {
  readonly stdin: boolean;
  readonly onOutput: (stream: "stdout" | "stderr", data: Uint8Array) => void | Promise<void>;
}

/** A live connection to stdio. */
export interface Attached {
  write(data: Uint8Array): Promise<void>;
  closeStdin(): void;
  /** The output has ended. */
  readonly done: Promise<void>;
  /** Lets go; the process goes on. */
  close(): void;
}

export interface ExecRequest {
  readonly Cmd: readonly string[];
  readonly Env?: readonly string[];
  readonly User?: string;
  readonly WorkingDir?: string;
  readonly Privileged?: boolean;
  readonly Tty: boolean;
  readonly AttachStdin: boolean;
  readonly AttachStdout: boolean;
  readonly AttachStderr: boolean;
  readonly ConsoleSize?: readonly [number, number];
}

export interface LogLine {
  readonly stream: "stdout" | "stderr";
  /** RFC 3339 with nine digits. */
  readonly time: string;
  /** With its line feed if it had one. */
  readonly data: Uint8Array;
}

export interface LogRequest {
  readonly follow?: boolean;
  /** Nanoseconds since the epoch. */
  readonly since?: bigint;
  readonly until?: bigint;
  /** The last N lines; all if not given. */
  readonly tail?: number;
  readonly stdout: boolean;
  readonly stderr: boolean;
}

export interface PathStat {
  readonly name: string;
  readonly size: number;
  /** Unix mode with type bits. */
  readonly mode: number;
  /** Nanoseconds since the epoch. */
  readonly mtime: bigint;
  readonly linkTarget: string;
}

export interface CommitContainer {
  readonly reference?: string;
  readonly author?: string;
  readonly comment?: string;
  readonly pause: boolean;
  readonly changes: readonly string[];
}

/** A container with what must be computed to show it. */
export interface ContainerView {
  readonly record: ContainerRecord;
  /** The image's familiar name as used at creation, or a short ID when that name now means another image. */
  readonly imageName: string;
  readonly execIds: readonly string[];
  /** Docker's `Up 5 minutes (healthy)`. */
  readonly status: string;
  readonly graph: { readonly name: string; readonly data: Readonly<Record<string, string>> };
  readonly paths: {
    readonly resolvConf: string;
    readonly hostname: string;
    readonly hosts: string;
    readonly log: string;
  };
  /** Bytes; only when asked for. */
  readonly sizeRw?: number;
  readonly sizeRootFs?: number;
}

/** `name` may be a full ID, a name, or a unique prefix of an ID everywhere. */
export interface Containers {
  create(
    request: CreateRequest,
    options?: CallOptions,
  ): Promise<{ readonly id: string; readonly warnings: readonly string[] }>;
  list(options: {
    readonly all?: boolean;
    readonly limit?: number;
    readonly size?: boolean;
    readonly filters?: Filters;
  }): Promise<ContainerView[]>;
  inspect(name: string, options?: { readonly size?: boolean }): Promise<ContainerView>;
  /** Throws `notModified` when it runs already. */
  start(name: string, options?: CallOptions): Promise<void>;
  stop(name: string, options?: { readonly signal?: string; readonly timeout?: number }): Promise<void>;
  restart(name: string, options?: { readonly signal?: string; readonly timeout?: number }): Promise<void>;
  kill(name: string, signal?: string): Promise<void>;
  remove(
    name: string,
    options?: { readonly force?: boolean; readonly volumes?: boolean; readonly link?: boolean },
  ): Promise<void>;
  rename(name: string, to: string): Promise<void>;
  pause(name: string): Promise<void>;
  unpause(name: string): Promise<void>;
  /** Resolves with the exit code when the condition holds. */
  wait(
    name: string,
    condition: "not-running" | "next-exit" | "removed",
    options?: CallOptions,
  ): Promise<number>;
  attach(name: string, streams: Streams): Promise<Attached>;
  resize(name: string, height: number, width: number): Promise<void>;
  logs(name: string, request: LogRequest, options?: CallOptions): AsyncIterable<LogLine>;
  /** Prepares an exec; it starts with {@link Containers.execStart}. */
  exec(name: string, request: ExecRequest): Promise<string>;
  execStart(execId: string, streams: Streams | undefined): Promise<Attached | undefined>;
  execResize(execId: string, height: number, width: number): Promise<void>;
  execWait(execId: string): Promise<number>;
  changes(name: string): Promise<Change[]>;
  commit(name: string, request: CommitContainer, options?: CallOptions): Promise<string>;
  /** The flat file system as a tar. */
  export(name: string, fd: number, options?: CallOptions): Promise<void>;
  statPath(name: string, path: string): Promise<PathStat>;
  /** A tar of `path`, its entries named from the last element of `path` on. */
  readArchive(name: string, path: string, fd: number): Promise<PathStat>;
  /** Unpacks a tar into the folder `path`. */
  writeArchive(
    name: string,
    path: string,
    fd: number,
    options: { readonly noOverwriteDirNonDir: boolean; readonly copyUidGid: boolean },
  ): Promise<void>;
  top(
    name: string,
    psArguments: readonly string[],
  ): Promise<{ readonly titles: string[]; readonly processes: string[][] }>;
  stats(
    name: string,
  ): Promise<{ readonly record: ContainerRecord; readonly stats: ProcessStats | undefined }>;
  update(
    name: string,
    changes: Partial<Resources> & { readonly RestartPolicy?: RestartPolicy },
  ): Promise<string[]>;
  prune(filters: Filters): Promise<{ readonly removed: string[]; readonly reclaimed: number }>;
}

export interface System {
  /** Events after now, or from `since` (nanoseconds) on, until the call is aborted or `until` has passed. */
  events(
    options: CallOptions & { readonly since?: bigint; readonly until?: bigint; readonly filters?: Filters },
  ): AsyncIterable<RecordedEvent>;
  version(): Promise<{ readonly version: string; readonly runtime: string; readonly kernel: string }>;
}
