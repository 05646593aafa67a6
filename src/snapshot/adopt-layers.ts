import { AT_FDCWD, closeFd, O_DIRECTORY, O_RDONLY, openAt, syncFs } from "../host/index.ts";
import { type ChainId, childChainId } from "../oci/index.ts";
import { endLease, type Store } from "../store/index.ts";
import { settleOnParent } from "./adopt-facts.ts";
import { layerMissing } from "./errors.ts";
import { findLayer, insertLayer, layerFiles, readStack, type StoredLayer } from "./layer-table.ts";
import { discardDraft, type StagedDraft } from "./stage-layer.ts";

/**
 * Makes staged layers visible on top of `parent`, bottom first. Everything is on disk before the first
 * record is: the job that wrote a layer synced it. A layer whose chain is there already is dropped.
 */
export async function adoptLayers(
  store: Store,
  staged: readonly StagedDraft[],
  parent: ChainId | undefined,
): Promise<StoredLayer[]> {
  const lower = readStack(store, parent).map(({ id }) => layerFiles(store, id));
  lower.reverse();
  const adopted: { readonly layer: StoredLayer; readonly draft: StagedDraft }[] = [];
  let below = parent;
  let settled = false;
  for (const draft of staged) {
    const chainId = childChainId(below, draft.diffId);
    const { id, diffId, size, tarSize } = draft;
    const known = findLayer(store, chainId);
    if (known === undefined && settleOnParent(draft.draft.folder, lower)) settled = true;
    const layer = known ?? { id, chainId, diffId, parent: below, size, tarSize };
    adopted.push({ layer, draft });
    lower.unshift(layerFiles(store, layer.id));
    below = chainId;
  }
  if (settled) syncLayers(store);
  return await record(store, adopted);
}

async function record(
  store: Store,
  adopted: readonly { readonly layer: StoredLayer; readonly draft: StagedDraft }[],
): Promise<StoredLayer[]> {
  const unused: StagedDraft[] = [];
  const layers = store.transaction(() =>
    adopted.map(({ layer, draft }) => {
      if (layer.id === draft.id && insertLayer(store, layer)) endLease(store, draft.draft.lease);
      else unused.push(draft);
      const found = findLayer(store, layer.chainId);
      if (found === undefined) throw layerMissing(layer.chainId);
      return found;
    }),
  );
  await Promise.all(unused.map((draft) => discardDraft(store, draft.draft)));
  return layers;
}

function syncLayers(store: Store): void {
  const fd = openAt(AT_FDCWD, `${store.root}/layers`, O_RDONLY | O_DIRECTORY);
  try {
    syncFs(fd);
  } finally {
    closeFd(fd);
  }
}
