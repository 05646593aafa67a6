import { type CallOptions, EngineError, Semaphore } from "../base/index.ts";
import { cpuCount, self } from "../host/index.ts";
import { type ChainId, chainIds } from "../oci/index.ts";
import { type Store, takeLease } from "../store/index.ts";
import { adoptLayers } from "./adopt-layers.ts";
import { assembleLayer, restackLayer } from "./assemble-layer.ts";
import { hostPath } from "./byte-names.ts";
import { collectLayers, dropLayers, dropSnapshot } from "./collect-layers.ts";
import { commitSnapshot } from "./commit-snapshot.ts";
import { compressLayer } from "./compress-layer.ts";
import { copyFolder } from "./copy-folder.ts";
import { createCopySnapshotter } from "./copy-snapshotter.ts";
import { digestFiles } from "./digest-files.ts";
import { layerMissing, wrongDiffId } from "./errors.ts";
import { HOLD_LEASE } from "./hold-layers.ts";
import { startLayerJob } from "./job-process.ts";
import { findLayer, isLastUse, listLayers, readStack, type StoredLayer } from "./layer-table.ts";
import { createOverlaySnapshotter } from "./overlay-snapshotter.ts";
import { repairLayers } from "./repair-layers.ts";
import { findSnapshot, lowerFolders, type SnapshotDriver } from "./snapshot-table.ts";
import { discardDraft, type LayerLimits, type StagedDraft, stageLayer } from "./stage-layer.ts";
import { treeUsage } from "./tree-usage.ts";
import type { ApplyRequest, LayerRecord, LayerSource, Layers, StagedLayer } from "./types.ts";
import { UnionFolder } from "./union-folder.ts";
import { feedCopyIn, unpackTar } from "./unpack-tar.ts";
import { writeFlatTar, writeFolderTar, writeLayerTar } from "./write-tar.ts";

/** How {@link openLayers} works. */
export interface LayersOptions {
  /** `overlay` if not given. */
  readonly driver?: SnapshotDriver;
  readonly limits?: LayerLimits;
  /** The words that start a process which calls `runLayerJob` with the words that follow; this program itself if not given. */
  readonly command?: readonly string[];
}

/** Opens the layers and snapshots of a store. Reads nothing and makes nothing until it is used. */
export function openLayers(store: Store, options: LayersOptions = {}): Layers {
  const { driver = "overlay", limits = {}, command = [...self(), "internal", "unpack"] } = options;
  const snapshots =
    driver === "overlay" ? createOverlaySnapshotter(store) : createCopySnapshotter(store, command);
  const staging = new Semaphore(cpuCount());
  const stage = (source: LayerSource, call?: CallOptions): Promise<StagedDraft> =>
    staging.run(() => stageLayer(store, source, { command, limits, call }));
  return {
    snapshots,
    stage,
    get: (chainId) => findLayer(store, chainId),
    stack: (chainId) => readStack(store, chainId),
    list: () => listLayers(store),
    adopt: (staged, parent) => adoptLayers(store, staged.map(toDraft), parent),
    discard: (staged) => discardDraft(store, toDraft(staged).draft),
    apply: (requests, call) => applyLayers(store, requests, (source) => stage(source, call)),
    commit: (request, call) => commitSnapshot(store, request, { command, call }),
    assemble: (request, call) => assembleLayer(store, request, { command, signal: call?.signal }),
    restack: (request, call) => restackLayer(store, request, { command, signal: call?.signal }),
    view: (chainId) => new UnionFolder(lowerFolders(store, chainId).map(hostPath)),
    digestFiles: (folder, files, call) => digestFiles(folder, files, { command, signal: call?.signal }),
    writeTar: (chainId, fd, call) => writeLayerTar(store, chainId, { fd, command, call }),
    compressed: (chainId, compression, call) => {
      const layer = findLayer(store, chainId);
      if (layer === undefined) throw layerMissing(chainId);
      return compressLayer(store, layer, { compression, command, call });
    },
    writeFlatTar: (from, fd, call) =>
      writeFlatTar(store, "key" in from ? { key: from.key, snapshots } : from, { fd, command, call }),
    exportTo: (chainId, target, { signal, owner, clean = false } = {}) => {
      const lower = lowerFolders(store, chainId);
      const job = { job: "export", lower, target, clean, ...(owner === undefined ? {} : { owner }) } as const;
      return startLayerJob(job, { command, signal });
    },
    copyOut: (place, { path, fd }) =>
      startLayerJob(
        { job: "copy-out", place, path, archive: fd !== undefined },
        { command, ...(fd === undefined ? {} : { stdout: fd }) },
      ),
    async copyIn(place, { fd, plain, ...request }, call) {
      const job = { job: "copy-in", place, ...request } as const;
      if (plain) await startLayerJob(job, { command, stdin: fd, signal: call?.signal });
      else await feedCopyIn({ kind: "fd", fd }, job, { command, signal: call?.signal });
    },
    writeFolderTar: (folder, fd, call) => writeFolderTar(folder, { fd, command, call }),
    copyFolder: (from, to, call) => copyFolder(from, to, { command, call }),
    folderUsage: treeUsage,
    unpack: (source, folder, { signal, needsEnd = false } = {}) =>
      unpackTar(source, folder, { command, signal, needsEnd, maxBytes: limits.maxBytes }),
    async tarSize(chainId) {
      const layer = findLayer(store, chainId);
      if (layer === undefined) throw layerMissing(chainId);
      return layer.tarSize;
    },
    collect: (chainId) => collectLayers(store, chainId),
    async removeSnapshot(key) {
      const parent = findSnapshot(store, key)?.parent;
      // Held, so that a crash in between leaves the stack to a repair.
      const hold =
        parent !== undefined && isLastUse(store, parent) ? takeLease(store, HOLD_LEASE, parent) : undefined;
      await snapshots.remove(key);
      if (parent !== undefined) await collectLayers(store, parent, hold);
    },
    hold: (chainId) => takeLease(store, HOLD_LEASE, chainId),
    release: (hold) => collectLayers(store, hold.path as ChainId, hold),
    rehearse: {
      collect: (chainId) => dropLayers(store, chainId),
      release: (hold) => dropLayers(store, hold.path as ChainId, hold),
      removeSnapshot: (key) => dropSnapshot(store, key),
    },
    repair: () => repairLayers(store),
  };
}

async function applyLayers(
  store: Store,
  requests: readonly ApplyRequest[],
  stage: (source: LayerSource) => Promise<StagedDraft>,
): Promise<LayerRecord[]> {
  const chain = chainIds(requests.map(({ diffId }) => diffId));
  const known: StoredLayer[] = [];
  for (const chainId of chain) {
    const layer = findLayer(store, chainId);
    if (layer === undefined) break;
    known.push(layer);
  }
  const staged = await stageAll(store, requests.slice(known.length), stage);
  try {
    return [...known, ...(await adoptLayers(store, staged, chain[known.length - 1]))];
  } catch (error) {
    await Promise.all(staged.map(({ draft }) => discardDraft(store, draft)));
    throw error;
  }
}

/** Stages all or nothing, each with the diffID that it must have. */
async function stageAll(
  store: Store,
  requests: readonly ApplyRequest[],
  stage: (source: LayerSource) => Promise<StagedDraft>,
): Promise<StagedDraft[]> {
  const results = await Promise.allSettled(
    requests.map(async ({ source, diffId }) => {
      const staged = await stage(source);
      if (staged.diffId === diffId) return staged;
      await discardDraft(store, staged.draft);
      throw wrongDiffId(diffId, staged.diffId);
    }),
  );
  const staged = results.flatMap((result) => (result.status === "fulfilled" ? [result.value] : []));
  const failed = results.find((result) => result.status === "rejected");
  if (failed === undefined) return staged;
  await Promise.all(staged.map(({ draft }) => discardDraft(store, draft)));
  throw failed.reason;
}

function toDraft(staged: StagedLayer): StagedDraft {
  if ("draft" in staged) return staged as StagedDraft;
  throw new EngineError("invalidArgument", `layer ${staged.id} was not staged by this process`);
}
