import type { ByteString } from "../archive/index.ts";
import type { CallOptions } from "../base/index.ts";
import type { ChainId, DiffId, Digest, Mount } from "../oci/index.ts";
import type { BlockCompression } from "./block-compressor.ts";
import type { DroppedLayer } from "./collect-layers.ts";
import type { CopyInJob } from "./copy-in-job.ts";
import type { CopyOutReport } from "./copy-out-job.ts";
import type { FileDigest } from "./digest-file.ts";
import type { FileToDigest } from "./digest-files.ts";
import type { TreePlace } from "./enter-place.ts";
import type { ExportJob, ExportReport } from "./export-job.ts";
import type { LayerHold } from "./hold-layers.ts";
import type { LayerPlan } from "./planned-entry.ts";
import type { UnionFolder } from "./union-folder.ts";

/** One unpacked layer on top of its parent stack. */
export interface LayerRecord {
  /** Name of its folder under `layers/`. */
  readonly id: string;
  readonly chainId: ChainId;
  readonly diffId: DiffId;
  /** The stack below; undefined for a bottom layer. */
  readonly parent: ChainId | undefined;
  /** Bytes of the regular files in the layer's tar: what Docker shows as the layer's size. */
  readonly size: number;
}

/** Where a layer's tar comes from; plain or compressed (gzip, zstd, xz, bzip2, found by magic). */
export type LayerSource =
  | { readonly kind: "file"; readonly path: string; readonly offset?: number; readonly length?: number }
  | { readonly kind: "stream"; readonly stream: ReadableStream<Uint8Array> }
  | { readonly kind: "fd"; readonly fd: number };

/** A layer that is unpacked and verified against nothing yet: it becomes visible by {@link Layers.adopt}. */
export interface StagedLayer {
  readonly id: string;
  readonly diffId: DiffId;
  /** Digest of the bytes as they came, before decompression. */
  readonly sourceDigest: Digest;
  readonly size: number;
}

/** What to stage and what it must turn out to be. */
export interface ApplyRequest {
  readonly source: LayerSource;
  readonly diffId: DiffId;
}

/** One change of a container's file system against its image, as `docker diff` lists it. */
export interface Change {
  readonly kind: "modify" | "add" | "delete";
  /** Absolute path inside the container. File names that are no UTF-8 keep their bytes as U+FFFD. */
  readonly path: string;
}

/** What a commit leaves out or adds; empty today means: exactly what changed. */
export interface CommitRequest {
  readonly key: string;
  /**
   * Moves the changed files into the layer instead of copying them. Only for a snapshot that is not mounted
   * and of which nothing but {@link Snapshotter.remove} is wanted afterwards.
   */
  readonly take?: boolean;
  /** Unix seconds: what is dated later is set back to it. Only with `take`. */
  readonly latestTime?: number;
  /** Called before the layer becomes visible: the chance to hold it. */
  readonly onLayer?: (chainId: ChainId) => void;
}

/** A layer to be made of files that lie elsewhere. */
export interface AssembleRequest {
  readonly plan: LayerPlan;
  readonly parent: ChainId | undefined;
  /** A layer that {@link Layers.assemble} made: files that are the same at the same path are shared with it, not written. */
  readonly earlier?: ChainId;
  /** Called before the layer becomes visible: the chance to hold it. */
  readonly onLayer?: (chainId: ChainId) => void;
}

/** A layer to be put onto another stack. */
export interface RestackRequest {
  readonly chainId: ChainId;
  readonly parent: ChainId | undefined;
  /** Called before the layer becomes visible: the chance to hold it. */
  readonly onLayer?: (chainId: ChainId) => void;
}

/** A tar that was unpacked. */
export interface UnpackedTar {
  /** Digest of the bytes as they came. */
  readonly digest: Digest;
  /** Folders that the tar has no entry for. */
  readonly implied: readonly ByteString[];
}

/** Everything about layers and the writable snapshots on top of them, on one store. */
export interface Layers {
  get(chainId: ChainId): LayerRecord | undefined;
  /** All layers of a stack, bottom first. Throws `notFound` when one is missing. */
  stack(chainId: ChainId | undefined): LayerRecord[];
  /** Every layer, in the order in which they came. */
  list(): LayerRecord[];
  /** Unpacks and hashes one layer; nothing is visible. A crash leaves only what {@link Layers.repair} removes. */
  stage(source: LayerSource, options?: CallOptions): Promise<StagedLayer>;
  /** Puts staged layers on top of `parent`, bottom first; data is on disk before a record is visible. Idempotent for an equal chainID. */
  adopt(staged: readonly StagedLayer[], parent: ChainId | undefined): Promise<LayerRecord[]>;
  /** Drops a staged layer that is not wanted. */
  discard(staged: StagedLayer): Promise<void>;
  /** Stages in parallel, checks each diffID (`dataLoss` when one differs, nothing kept), and adopts bottom first. Layers that are there already are not read. */
  apply(requests: readonly ApplyRequest[], options?: CallOptions): Promise<LayerRecord[]>;
  /** Turns what snapshot `key` changed into a layer on its parent. An unchanged snapshot gives the empty layer. */
  commit(request: CommitRequest, options?: CallOptions): Promise<LayerRecord>;
  /** Makes a layer of files that lie elsewhere; `conflict` when one of them is not what was planned with. */
  assemble(request: AssembleRequest, options?: CallOptions): Promise<LayerRecord>;
  /** Puts a layer onto another stack, sharing its files: nothing is read. */
  restack(request: RestackRequest, options?: CallOptions): Promise<LayerRecord>;
  /** What a stack shows, read from its layers without mounting anything. */
  view(chainId: ChainId | undefined): UnionFolder;
  /** Hashes regular files below a folder of the host, in processes of their own; undefined for what is none. */
  digestFiles(
    folder: string,
    files: readonly FileToDigest[],
    options?: CallOptions,
  ): Promise<(FileDigest | undefined)[]>;
  /** Writes the layer's exact tar to `fd` and checks its diffID at the end (`dataLoss`). */
  writeTar(chainId: ChainId, fd: number, options?: CallOptions): Promise<void>;
  /**
   * The layer's exact tar, compressed in blocks by several processes: equal bytes on every call and machine. The
   * iteration throws `dataLoss` at its end when the tar is not what its diffID says. Throws `notFound`.
   */
  compressed(
    chainId: ChainId,
    compression: BlockCompression,
    options?: CallOptions,
  ): AsyncIterable<Uint8Array>;
  /** Writes all that a snapshot or a stack shows as one flat tar, as `docker export` does; the snapshot may be in use. */
  writeFlatTar(
    from: { readonly key: string } | { readonly chainId: ChainId },
    fd: number,
    options?: CallOptions,
  ): Promise<void>;
  /** Writes all that is in a folder of the host as one tar to `fd`, the folder itself first; it may be in use. */
  writeFolderTar(folder: string, fd: number, options?: CallOptions): Promise<void>;
  /** Copies all that is in a folder of the host, which may be in use, into another that nobody uses yet; times lose their fractions. */
  copyFolder(from: string, to: string, options?: CallOptions): Promise<void>;
  /** Bytes of the files below a folder of the host, hard links once. */
  folderUsage(folder: string): number;
  /**
   * Writes all that a stack shows into an existing folder of the user's, over what is there. Nothing is written through
   * a symbolic link. Returns the bytes of the files.
   */
  exportTo(
    chainId: ChainId | undefined,
    target: string,
    options?: CallOptions & Pick<ExportJob, "owner"> & { readonly clean?: boolean },
  ): Promise<ExportReport>;
  /** Tells what is at a path of a file system and, with a descriptor, writes a tar of it there. Throws `notFound`. */
  copyOut(
    place: TreePlace,
    request: { readonly path: string; readonly fd: number | undefined },
  ): Promise<CopyOutReport>;
  /**
   * Unpacks the tar from a descriptor into a folder of a file system. It may be compressed, unless it is known to be
   * `plain`: then no other process comes in between. Throws `notFound`.
   */
  copyIn(
    place: TreePlace,
    request: Omit<CopyInJob, "job" | "place"> & { readonly fd: number; readonly plain?: boolean },
    options?: CallOptions,
  ): Promise<void>;
  /**
   * Unpacks a tar, plain or compressed, into a folder of the host that nobody else uses, where owners, links and
   * devices are as the tar says. Throws `invalidArgument` for a bad archive.
   */
  unpack(
    source: LayerSource,
    folder: string,
    options?: CallOptions & Pick<CopyInJob, "needsEnd">,
  ): Promise<UnpackedTar>;
  /** Length in bytes of the tar that {@link Layers.writeTar} writes. */
  tarSize(chainId: ChainId): Promise<number>;
  /** Removes the layers of the stack that no image, no other layer and no snapshot needs; returns the freed layers, top first. */
  collect(chainId: ChainId): Promise<LayerRecord[]>;
  /** Removes a snapshot as {@link Snapshotter.remove} does, and with it the layers that only it still needed because their image was removed before. */
  removeSnapshot(key: string): Promise<void>;
  /** Keeps the stack below `chainId`, there or not yet there, from every collection until the hold ends. */
  hold(chainId: ChainId): LayerHold;
  /** Ends a hold that led to nothing, with {@link Layers.collect}; one that did is ended with `endLease` in the transaction of what it led to. */
  release(hold: LayerHold): Promise<LayerRecord[]>;
  /** What the methods of these names do to the records, and nothing else: only for `rehearse` of the store. */
  readonly rehearse: {
    collect(chainId: ChainId): DroppedLayer[];
    release(hold: LayerHold): DroppedLayer[];
    removeSnapshot(key: string): DroppedLayer[];
  };
  /** Removes what crashed operations left behind; cheap when there is nothing. */
  repair(): Promise<void>;
  readonly snapshots: Snapshotter;
}

/** How a snapshot is mounted. */
export interface SnapshotMountOptions {
  readonly readOnly?: boolean;
  /** What is written need not survive a crash of the machine, so nothing waits for the disk, not even `fsync`. */
  readonly disposable?: boolean;
  /**
   * What lacks in the image and only containers see, such as `/.dockerenv`, is not there. A copy has it all the same.
   */
  readonly forStep?: boolean;
}

/** Writable file systems on top of layer stacks. `key` names one; for a container it is the container's ID. */
export interface Snapshotter {
  readonly name: "overlay" | "copy";
  /** Makes a writable snapshot over `parent`. Idempotent. Its files live below `folder` (an existing absolute path). */
  prepare(key: string, parent: ChainId | undefined, folder: string): Promise<void>;
  /** Mounts the snapshot at `target` (an existing folder); nothing happens when it is mounted there already. */
  mount(key: string, target: string, options?: SnapshotMountOptions): Promise<void>;
  unmount(target: string): Promise<void>;
  /** The mount that {@link Snapshotter.mount} would do. */
  mounts(key: string): readonly Mount[];
  /** Paths that `inspect` shows as GraphDriver data. */
  graph(
    key: string,
    target: string,
  ): {
    readonly lower: readonly string[];
    readonly upper: string;
    readonly work: string;
    readonly merged: string;
  };
  /** What differs from the parent, in the order of `docker diff`. */
  changes(key: string, options?: CallOptions): Promise<Change[]>;
  /** Bytes that the writable part holds. */
  usage(key: string): Promise<number>;
  /** Removes the snapshot and its files. Idempotent. It must not be mounted. */
  remove(key: string): Promise<void>;
  list(): readonly { readonly key: string; readonly parent: ChainId | undefined; readonly folder: string }[];
}
