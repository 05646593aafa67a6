import { chmodSync, mkdirSync, statfsSync } from "node:fs";
import { rm } from "node:fs/promises";
import { type CallOptions, newId } from "../base/index.ts";
import { spreadFolders } from "../host/index.ts";
import type { Digest } from "../oci/index.ts";
import { endLease, type Lease, type Store, takeLease } from "../store/index.ts";
import { explainFullDisk } from "./errors.ts";
import { startLayerJob } from "./job-process.ts";
import { layerFolder } from "./layer-table.ts";
import { openSourceFeed, type SourceFeed } from "./source-feed.ts";
import type { LayerSource, StagedLayer } from "./types.ts";
import type { UnpackJob, UnpackReport } from "./unpack-job.ts";

/** Bounds for what comes from outside. */
export interface LayerLimits {
  /** Largest tar in bytes; what the disk has free less a reserve, if not given. */
  readonly maxBytes?: number;
  /** Most entries of one layer; 10 million if not given. */
  readonly maxEntries?: number;
}

/** A new layer's folder, which a lease removes if this process dies. */
export interface DraftLayer {
  readonly id: string;
  readonly folder: string;
  readonly lease: Lease;
}

/** A {@link StagedLayer} with what adopting it needs. */
export interface StagedDraft extends StagedLayer {
  readonly draft: DraftLayer;
  readonly tarSize: number;
}

/** Kind of the leases on folders of layers in the making. */
export const LAYER_LEASE = "layer";

/** Makes an empty layer folder. Nothing is visible; it must be adopted or discarded. */
export function createDraftLayer(store: Store): DraftLayer {
  const id = newId().slice(0, 24);
  const folder = layerFolder(store, id);
  const lease = takeLease(store, LAYER_LEASE, folder);
  try {
    openLayersFolder(store);
    mkdirSync(folder, { mode: 0o700 });
    mkdirSync(`${folder}/fs`);
    // Whatever the umask: without an entry for it in the tar, this is the mode of the root.
    chmodSync(`${folder}/fs`, 0o755);
  } catch (error) {
    endLease(store, lease);
    throw explainFullDisk(folder, error);
  }
  return { id, folder, lease };
}

/**
 * The folder of all layers. New ones must not be put where others were just removed: ext4 skips inodes that were in use
 * a moment ago one by one, so that a layer of 10,000 files takes seconds longer.
 */
function openLayersFolder(store: Store): void {
  const folder = layerFolder(store, "");
  mkdirSync(folder, { recursive: true, mode: 0o700 });
  spreadFolders(folder);
}

/** Removes a draft with all its files. Idempotent. */
export async function discardDraft(store: Store, draft: DraftLayer): Promise<void> {
  await rm(draft.folder, { recursive: true, force: true });
  endLease(store, draft.lease);
}

/** Unpacks and hashes one layer in a child process. */
export async function stageLayer(
  store: Store,
  source: LayerSource,
  options: {
    readonly command: readonly string[];
    readonly limits: LayerLimits;
    readonly call: CallOptions | undefined;
  },
): Promise<StagedDraft> {
  const draft = createDraftLayer(store);
  try {
    const feed = await openSourceFeed(source, options.call?.signal);
    const { report, digest } = await unpack(draft, feed, options);
    const { diffId, size, tarSize } = report;
    return {
      id: draft.id,
      diffId,
      sourceDigest: digest ?? (diffId as string as Digest),
      size,
      tarSize,
      draft,
    };
  } catch (error) {
    await discardDraft(store, draft);
    throw error;
  }
}

async function unpack(
  draft: DraftLayer,
  feed: SourceFeed,
  options: {
    readonly command: readonly string[];
    readonly limits: LayerLimits;
    readonly call: CallOptions | undefined;
  },
): Promise<{ readonly report: UnpackReport; readonly digest: Digest | undefined }> {
  const { command, limits, call } = options;
  try {
    const job = toJob(draft.folder, feed.length, limits);
    const running = startLayerJob<UnpackReport>(job, { command, stdin: feed.fd, signal: call?.signal });
    feed.release();
    const report = await running.catch(async (error: unknown) => {
      // A damaged archive shows first as a tar that is cut off: the decompressor knows better why.
      if (!call?.signal?.aborted && isCutOff(error)) await feed.finish();
      throw error;
    });
    return { report, digest: await feed.finish() };
  } catch (error) {
    feed.stop();
    throw error;
  }
}

function isCutOff(error: unknown): boolean {
  return error instanceof Error && error.message.includes("unexpected EOF");
}

function toJob(folder: string, length: number | undefined, limits: LayerLimits): UnpackJob {
  return {
    job: "unpack",
    folder,
    ...(length === undefined ? {} : { length }),
    maxBytes: limits.maxBytes ?? freeBytes(folder),
    diskBound: limits.maxBytes === undefined,
    maxEntries: limits.maxEntries ?? 10_000_000,
  };
}

/** What may be written: the free space but for 2 % of the disk, at most 1 GiB, so that the host stays usable. */
export function freeBytes(folder: string): number {
  const { bavail, blocks, bsize } = statfsSync(folder);
  return Math.max(0, bavail * bsize - Math.floor(Math.min(blocks * bsize * 0.02, 2 ** 30)));
}
