import type { CacheRecord } from "../../build/index.ts";
import type { ContainerView } from "../../container/index.ts";
import type { ImageSummary } from "../../image/index.ts";
import type { Volume } from "../../volume/index.ts";

/** An image with what it holds of the disk. Sizes are the lengths of its files, as everywhere in Docker; bytes. */
export interface ImageUsage extends ImageSummary {
  /** Of its layers that another image has too. */
  readonly sharedSize: number;
  /** How many containers were made from it. */
  readonly containers: number;
}

export interface VolumeUsage extends Volume {
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
