import { childChainId } from "../oci/index.ts";
import type { Store } from "../store/index.ts";
import { adoptDraft } from "./adopt-draft.ts";
import type { AssembleJob, AssembleReport } from "./assemble-job.ts";
import { layerMissing } from "./errors.ts";
import { type JobProcess, startLayerJob } from "./job-process.ts";
import { findLayer, layerFiles, layerFolder, readStack, type StoredLayer } from "./layer-table.ts";
import { copyRootAttributes } from "./root-attributes.ts";
import { createDraftLayer, discardDraft } from "./stage-layer.ts";
import type { AssembleRequest, RestackRequest } from "./types.ts";

type JobOptions = Pick<JobProcess, "command" | "signal">;

/** Makes a layer of files that lie elsewhere, on top of a stack. */
export async function assembleLayer(
  store: Store,
  request: AssembleRequest,
  options: JobOptions,
): Promise<StoredLayer> {
  const { plan, parent, earlier, onLayer } = request;
  const draft = createDraftLayer(store);
  try {
    const known = earlier === undefined ? undefined : findLayer(store, earlier);
    const job: AssembleJob = {
      job: "assemble",
      folder: draft.folder,
      ...(known === undefined ? {} : { earlier: layerFolder(store, known.id) }),
    };
    const input = Buffer.from(JSON.stringify(plan));
    const report = await startLayerJob<AssembleReport>(job, { ...options, input });
    onLayer?.(childChainId(parent, report.diffId));
    return await adoptDraft(store, { draft, report, parent });
  } catch (error) {
    await discardDraft(store, draft);
    throw error;
  }
}

/** Puts a finished layer onto another stack. */
export async function restackLayer(
  store: Store,
  request: RestackRequest,
  options: JobOptions,
): Promise<StoredLayer> {
  const { chainId, parent } = request;
  const layer = findLayer(store, chainId);
  if (layer === undefined) throw layerMissing(chainId);
  const target = childChainId(parent, layer.diffId);
  request.onLayer?.(target);
  const there = findLayer(store, target);
  if (there !== undefined) return there;
  const draft = createDraftLayer(store);
  try {
    await startLayerJob(
      { job: "restack", from: layerFolder(store, layer.id), folder: draft.folder },
      options,
    );
    const [top] = readStack(store, parent).reverse();
    if (top !== undefined) copyRootAttributes(layerFiles(store, top.id), `${draft.folder}/fs`);
    return await adoptDraft(store, { draft, report: layer, parent });
  } catch (error) {
    await discardDraft(store, draft);
    throw error;
  }
}
