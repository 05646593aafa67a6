import { join } from "node:path";
import type { CallOptions } from "../base/index.ts";
import { childChainId, type Digest } from "../oci/index.ts";
import type { Store } from "../store/index.ts";
import { adoptLayers } from "./adopt-layers.ts";
import type { CommitJob, CommitReport } from "./commit-job.ts";
import { layerMissing } from "./errors.ts";
import { INIT_LAYER } from "./init-layer.ts";
import { startLayerJob } from "./job-process.ts";
import type { StoredLayer } from "./layer-table.ts";
import { layerFiles } from "./layer-table.ts";
import { getSnapshot, lowerFolders, type SnapshotRow } from "./snapshot-table.ts";
import { createDraftLayer, type DraftLayer, discardDraft } from "./stage-layer.ts";
import type { CommitRequest } from "./types.ts";

/** Turns what a snapshot changed into a layer on its parent. */
export async function commitSnapshot(
  store: Store,
  request: CommitRequest,
  options: { readonly command: readonly string[]; readonly call: CallOptions | undefined },
): Promise<StoredLayer> {
  const row = getSnapshot(store, request.key);
  const draft = createDraftLayer(store);
  try {
    const job = toJob(store, row, { draft, take: request.take === true && row.driver === "overlay" });
    const { diffId, tarSize, size } = await startLayerJob<CommitReport>(job, {
      command: options.command,
      signal: options.call?.signal,
    });
    const sourceDigest = diffId as string as Digest;
    const staged = { id: draft.id, diffId, sourceDigest, size, tarSize, draft };
    request.onLayer?.(childChainId(row.parent, diffId));
    const [layer] = await adoptLayers(store, [staged], row.parent);
    if (layer === undefined) throw layerMissing(staged.diffId as string as StoredLayer["chainId"]);
    return layer;
  } catch (error) {
    await discardDraft(store, draft);
    throw error;
  }
}

function toJob(
  store: Store,
  row: SnapshotRow,
  options: { readonly draft: DraftLayer; readonly take: boolean },
): CommitJob {
  const { draft, take } = options;
  const base = { job: "commit", folder: draft.folder, take } as const;
  if (row.driver === "overlay") return { ...base, tree: join(row.folder, "upper") };
  const lower = [...lowerFolders(store, row.parent), layerFiles(store, INIT_LAYER)];
  return { ...base, tree: join(row.folder, "rootfs"), lower };
}
