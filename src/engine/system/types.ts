import type { CacheRecord } from "../../build/index.ts";
import type { ContainerView, Filters } from "../../container/index.ts";
import type { ImageSummary, RemovedImage } from "../../image/index.ts";
import type { RegistrySettings } from "../../registry/index.ts";
import type { Volume } from "../../volume/index.ts";
import type { ResourceSupport } from "./resource-support.ts";

/** An image with what it holds of the disk. Sizes are the lengths of its files, as everywhere in Docker; bytes. */
export interface ImageUsage extends ImageSummary {
  /** Of its layers that another image has too. */
  readonly sharedSize: number;
  /** How many containers were made from it. */
  readonly containers: number;
}

export interface VolumeUsage extends Volume {
  /** -1 when its folder is gone. */
  readonly size: number;
  /** How many containers use it. */
  readonly links: number;
}

/** What `system df` shows. */
export interface DiskUsage {
  readonly images: readonly ImageUsage[];
  /** Bytes of all their layers, each once. */
  readonly layersSize: number;
  /** Bytes of the layers that only images without a container have. */
  readonly layersReclaimable: number;
  /** With their sizes. */
  readonly containers: readonly ContainerView[];
  readonly volumes: readonly VolumeUsage[];
  readonly buildCache: readonly CacheRecord[];
}

/** What `system prune` is asked. */
export interface SystemPruneRequest {
  /** Also images with names, and cached steps that images share. */
  readonly all: boolean;
  /** Also anonymous volumes. */
  readonly volumes: boolean;
  /** `until`, `label`, `label!`. */
  readonly filters: Filters;
}

/** What `system prune` removed or, in a dry run, would remove. */
export interface SystemPruned {
  /** IDs. */
  readonly containers: readonly string[];
  /** Names. */
  readonly networks: readonly string[];
  /** Names. */
  readonly volumes: readonly string[];
  readonly images: readonly RemovedImage[];
  readonly buildCache: readonly CacheRecord[];
  /** Lengths of the files that go, as Docker counts them; bytes. */
  readonly reclaimed: number;
  /** What the disk would get back; bytes. Only of a dry run. */
  readonly freed?: number;
}

/** To whom a part of the disk belongs. */
export type LedgerKind =
  | "image layer"
  | "container"
  | "log"
  | "volume"
  | "build cache"
  | "blob"
  | "database"
  | "reserve"
  /** The folders that hold the rest, and the layer below all images. */
  | "engine"
  /** What a process that lives is making or removing. */
  | "in the making"
  | "unowned";

/** One entry of the ledger. */
export interface LedgerEntry {
  readonly kind: LedgerKind;
  /** Chain ID of a layer, ID of a container, name of a volume, digest of a blob; else the path. */
  readonly name: string;
  /** Names (or else IDs) of the images or containers that have a layer. */
  readonly users: readonly string[];
  /** Below the root. */
  readonly path: string;
  /** Allocated, as `du` counts. */
  readonly bytes: number;
}

/** Every byte below the root by owner. */
export interface Ledger {
  /** Absolute path. */
  readonly root: string;
  /** The sum of the entries: what `du -s --block-size=1` says of the root. */
  readonly total: number;
  /** By kind in the order of {@link LedgerKind}, then by path. */
  readonly entries: readonly LedgerEntry[];
}

/** The programs that run containers. */
export interface RuntimeFacts {
  /** Those that are here. */
  readonly runtimes: readonly { readonly name: string; readonly path: string }[];
  /** The one that is used where none is named; empty when none starts. */
  readonly runtime: string;
  readonly runtimeVersion: string;
  /** Of conmon; empty when it is not here. */
  readonly monitorVersion: string;
}

/** What `version` shows. */
export interface VersionFacts extends RuntimeFacts {
  readonly version: string;
  readonly kernel: string;
}

/** What `info` shows. */
export interface SystemInfo extends VersionFacts {
  /** A UUID that stays the same for this store on this machine. */
  readonly id: string;
  /** Absolute path of the engine's root. */
  readonly root: string;
  readonly containers: {
    readonly total: number;
    readonly running: number;
    readonly paused: number;
    readonly stopped: number;
  };
  /** With those that only others were made from. */
  readonly images: number;
  readonly driver: string;
  readonly driverStatus: readonly (readonly [name: string, value: string])[];
  readonly cgroupVersion: 1 | 2;
  readonly logDrivers: readonly string[];
  readonly networkDrivers: readonly string[];
  readonly volumeDrivers: readonly string[];
  /** Program for `--init`; undefined when none is here. */
  readonly initPath: string | undefined;
  /** As in Docker: `name=seccomp,profile=builtin`. */
  readonly securityOptions: readonly string[];
  readonly operatingSystem: string;
  readonly osVersion: string;
  readonly cpus: number;
  /** Bytes. */
  readonly memory: number;
  readonly hostname: string;
  readonly support: ResourceSupport;
  /** Docker's words for limits that this machine cannot set. */
  readonly warnings: readonly string[];
  readonly registries: Pick<RegistrySettings, "mirrors" | "insecure">;
}
