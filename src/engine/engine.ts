import type { CallOptions } from "../base/index.ts";
import type { BuildRoom, CachePruneRequest, CacheRecord } from "../build/index.ts";
import type {
  ArchiveWrite,
  Attached,
  CommitRequest,
  Containers as ContainerRoom,
  Filters,
  LogLine,
  LogRequest,
  OutputSink,
} from "../container/index.ts";
import type {
  ArchiveSource,
  HistoryLine,
  ImageSource,
  ImageSummary,
  ImageView,
  ImportRequest,
  IndexPush,
  LoadedImage,
  LoadOptions,
  PulledImage,
  PullOptions,
  PushedImage,
  PushOptions,
  RemoteManifest,
  RemoteOptions,
  RemovedImage,
} from "../image/index.ts";
import type { ConnectedEndpoint, EndpointRequest, NetworkRecord, NetworkRequest } from "../network/index.ts";
import type { Descriptor, Platform } from "../oci/index.ts";
import type { Credential, CredentialSource, LoginResult, SearchResult } from "../registry/index.ts";
import type { RecordedEvent } from "../store/index.ts";
import type { Volume, VolumeRequest } from "../volume/index.ts";
import type {
  DiskUsage,
  Ledger,
  SystemInfo,
  SystemPruned,
  SystemPruneRequest,
  VersionFacts,
} from "./system/types.ts";

/** Everything Strake can do. The local engine and the remote engine implement it; the CLI and the library see only this. */
export interface Engine {
  readonly images: Images;
  readonly containers: Containers;
  readonly networks: Networks;
  readonly volumes: Volumes;
  readonly builds: Builds;
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
  prune(filters: Filters, options?: PruneOptions): Promise<PruneReport<RemovedImage>>;
  /** Writes one tar, OCI layout and docker-archive at once, as Docker 28 does. */
  save(
    names: readonly string[],
    fd: number,
    options?: CallOptions & { readonly platform?: Platform },
  ): Promise<void>;
  /** Adds images to the OCI image layout in `folder`, made if it is not there; `tag` is what they are called in it. */
  saveLayout(
    names: readonly string[],
    folder: string,
    options?: CallOptions & { readonly platform?: Platform; readonly tag?: string },
  ): Promise<void>;
  /** Reads a docker-archive or OCI layout, plain or compressed. `source` is a file's path, an open descriptor, or the folder of a layout. */
  load(source: ImageSource, options?: LoadOptions): Promise<LoadedImage[]>;
  /** Makes a one-layer image of a root file system tar; returns the image ID. */
  import(source: ArchiveSource, request: ImportRequest, options?: CallOptions): Promise<string>;
  /**
   * Brings an image here from a registry; `name` is `repository[:tag|@digest]`. Progress comes in Docker's words.
   * Throws `notFound`, `unauthorized`, `forbidden`, `unavailable`, `dataLoss`; an interrupted pull goes on with the next one.
   */
  pull(name: string, options?: RegistryCall & PullOptions): Promise<PulledImage[]>;
  /**
   * Sends an image, or all tags of a repository that are here, to the registry that its name says. What the registry has is
   * not sent. Throws `notFound`, `unauthorized`, `forbidden`, `unavailable`.
   */
  push(name: string, options?: RegistryCall & PushOptions): Promise<PushedImage[]>;
  /** A manifest or index of a registry, without pulling anything. Throws `notFound`. */
  remoteManifest(name: string, options?: RegistryCall & RemoteOptions): Promise<RemoteManifest>;
  /** Stores an index of images that the same registry has. Progress says each manifest. */
  pushIndex(name: string, index: IndexPush, options?: RegistryCall): Promise<Descriptor>;
  /** Makes a base image (`debian[:suite]`, `busybox`) from the Debian archive; returns the image ID. */
  bootstrap(name: string, options?: CallOptions): Promise<string>;
}

/** How to prune. */
export interface PruneOptions {
  /** Change nothing, only tell what would go. */
  readonly dryRun?: boolean;
}

/** What a prune removed or, in a dry run, would remove. */
export interface PruneReport<T> {
  readonly removed: readonly T[];
  /** Lengths of the files that go, as Docker counts them; bytes. */
  readonly reclaimed: number;
  /** What the disk would get back, allocated blocks as `du` counts them; bytes. Only of a dry run. */
  readonly freed?: number;
}

/** Calls that speak to registries. */
export interface RegistryCall extends CallOptions {
  /** Looks up what to prove oneself with; nobody knows the caller, if not given. */
  readonly credentials?: CredentialSource;
  /** Lets every registry do without verified TLS. */
  readonly insecure?: boolean;
}

/** The stdio of a container or exec as a caller sees it. */
export interface Streams {
  readonly stdin: boolean;
  readonly onOutput: OutputSink;
}

/** What callers see of the containers; `name` may be a full ID, a name, or a unique prefix of an ID everywhere. */
export interface Containers
  extends Omit<
    ContainerRoom,
    | "attach"
    | "connect"
    | "disconnect"
    | "usesNetwork"
    | "execStart"
    | "logs"
    | "commit"
    | "writeArchive"
    | "prune"
    | "rehearsePrune"
    | "usersOf"
    | "isFirstOfBoot"
    | "repair"
    | "callbacks"
  > {
  /** Removes all containers that do not run and match the filters `until`, `label` and `label!`; returns their IDs. */
  prune(filters: Filters, options?: PruneOptions): Promise<PruneReport<string>>;
  /** A container that is not running yet is connected when this process starts it. */
  attach(name: string, streams: Streams): Promise<Attached>;
  /** Without streams nobody listens and nothing is returned. */
  execStart(execId: string, streams: Streams | undefined): Promise<Attached | undefined>;
  logs(
    name: string,
    request: Omit<LogRequest, keyof CallOptions>,
    options?: CallOptions,
  ): AsyncIterable<LogLine>;
  commit(name: string, request: CommitRequest, options?: CallOptions): Promise<string>;
  /** Unpacks the tar from `fd` into the folder `path`. */
  writeArchive(name: string, path: string, fd: number, options: Omit<ArchiveWrite, "fd">): Promise<void>;
}

/** Images from Dockerfiles. A build that fails throws a `BuildError`. */
export interface Builds extends Omit<BuildRoom, "prune" | "rehearsePrune" | "repair"> {
  /** Takes the least recently used records away first. Throws `invalidArgument` for unknown filters. */
  prune(request: CachePruneRequest, options?: PruneOptions): Promise<PruneReport<CacheRecord>>;
}

/** A new volume that gets its files at once. */
export type NamedVolume = Omit<VolumeRequest, "container" | "driver"> & { readonly name: string };

export interface Volumes {
  /** By name; narrowed by the filters of `volume ls`. */
  list(filters?: Filters): Promise<Volume[]>;
  /** Throws `notFound` (`get x: no such volume`). */
  inspect(name: string): Promise<Volume>;
  /** Makes the volume, or returns the one that has this name. */
  create(request: Omit<VolumeRequest, "container">): Promise<Volume>;
  /** Throws `notFound` or, while a container uses it, `conflict`. */
  remove(name: string): Promise<void>;
  /** Removes volumes that no container uses, anonymous ones or with the filter `all` every one; returns their names. */
  prune(filters: Filters, options?: PruneOptions): Promise<PruneReport<string>>;
  /** Writes the volume's files as a tar to `fd`; containers may go on using it. */
  export(name: string, fd: number, options?: CallOptions): Promise<void>;
  /**
   * Makes a volume of the tar, plain or compressed, from `fd`. Nothing stays when it fails. Throws `conflict` when the
   * name is taken, `invalidArgument` for an archive that is bad or stops before its end.
   */
  import(request: NamedVolume, fd: number, options?: CallOptions): Promise<Volume>;
  /** Makes a volume with a copy of another's files, and with its labels unless others are given. */
  clone(source: string, request: NamedVolume, options?: CallOptions): Promise<Volume>;
}

/** A network with the containers that run on it. */
export interface NetworkView {
  readonly network: NetworkRecord;
  readonly connected: readonly ConnectedEndpoint[];
}

/** `network` may be a full ID, a name, or a unique prefix of an ID everywhere. */
export interface Networks {
  /** By name; narrowed by the filters of `network ls`. */
  list(filters?: Filters): Promise<NetworkRecord[]>;
  /** Throws `notFound` (`network x not found`). */
  inspect(network: string): Promise<NetworkView>;
  create(request: NetworkRequest): Promise<NetworkRecord>;
  /** Throws while a container runs on it. */
  remove(network: string): Promise<void>;
  /** Removes the networks of the user that no container is on, running or not; their names. */
  prune(filters: Filters, options?: PruneOptions): Promise<string[]>;
  /** Puts a container on one more network: at once while it runs, else from its next start on. */
  connect(network: string, container: string, request?: EndpointRequest): Promise<void>;
  disconnect(network: string, container: string, options?: { readonly force?: boolean }): Promise<void>;
}

export interface System {
  /** Events after now, or from `since` (nanoseconds) on, until the call is aborted or `until` has passed. */
  events(
    options: CallOptions & { readonly since?: bigint; readonly until?: bigint; readonly filters?: Filters },
  ): AsyncIterable<RecordedEvent>;
  /** Checks a name and password, or an identity token, with the registry of `domain` (`docker.io` for Docker Hub). Throws `unauthorized`. */
  login(domain: string, credential: Credential, options?: CallOptions): Promise<LoginResult>;
  /** Docker's search, of registries that have it. */
  search(
    request: { readonly domain: string; readonly term: string; readonly limit: number },
    options?: CallOptions,
  ): Promise<SearchResult[]>;
  version(): Promise<VersionFacts>;
  info(): Promise<SystemInfo>;
  /** What images, containers, volumes and build cache hold, in lengths of files as Docker counts. */
  df(): Promise<DiskUsage>;
  /** Removes what nothing uses. Throws `invalidArgument` for a bad filter. */
  prune(request: SystemPruneRequest, options?: PruneOptions): Promise<SystemPruned>;
  /** Every allocated byte below the engine's root, by owner. */
  ledger(): Promise<Ledger>;
}
