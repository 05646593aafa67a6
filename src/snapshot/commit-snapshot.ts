import { join } from "node:path";
import type { CallOptions } from "../base/index.ts";
import { childChainId } from "../oci/index.ts";
import type { Store } from "../store/index.ts";
import { adoptDraft } from "./adopt-draft.ts";
import type { CommitJob, CommitReport } from "./commit-job.ts";
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
    const { latestTime } = request;
    const job = {
      ...toJob(store, row, { draft, take: request.take === true && row.driver === "overlay" }),
      ...(latestTime === undefined ? {} : { latestTime }),
    };
    const report = await startLayerJob<CommitReport>(job, {
      command: options.command,
      signal: options.call?.signal,
    });
    request.onLayer?.(childChainId(row.parent, report.diffId));
    return await adoptDraft(store, { draft, report, parent: row.parent });
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
