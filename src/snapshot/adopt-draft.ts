import type { ChainId, Digest } from "../oci/index.ts";
import type { Store } from "../store/index.ts";
import { adoptLayers } from "./adopt-layers.ts";
import type { CommitReport } from "./commit-job.ts";
import { layerMissing } from "./errors.ts";
import type { StoredLayer } from "./layer-table.ts";
import type { DraftLayer } from "./stage-layer.ts";

/** Makes the layer visible that a job wrote into a draft. */
export async function adoptDraft(
  store: Store,
  made: { readonly draft: DraftLayer; readonly report: CommitReport; readonly parent: ChainId | undefined },
): Promise<StoredLayer> {
  const { draft, parent } = made;
  const { diffId, tarSize, size } = made.report;
  const sourceDigest = diffId as string as Digest;
  const staged = { id: draft.id, diffId, sourceDigest, size, tarSize, draft };
  const [layer] = await adoptLayers(store, [staged], parent);
  if (layer === undefined) throw layerMissing(diffId as string as ChainId);
  return layer;
}
