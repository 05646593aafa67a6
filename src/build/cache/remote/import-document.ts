import { type CallOptions, EngineError } from "../../../base/index.ts";
import type { ChainId, DiffId } from "../../../oci/index.ts";
import type { LayerSource } from "../../../snapshot/index.ts";
import type { Session } from "../../solve/session.ts";
import { writeEntry } from "../cache-table.ts";
import type { CacheImport, ImportedEntry } from "../import.ts";
import { type CacheDocument, type CacheLayer, type CacheStep, chainOf } from "./cache-document.ts";

/** Opens the bytes of a layer of an exported cache. */
export type OpenLayer = (layer: CacheLayer, options: CallOptions) => LayerSource | Promise<LayerSource>;

/** The steps of an exported cache, whose layers are fetched when a step needs them. */
export function importDocument(session: Session, document: CacheDocument, open: OpenLayer): CacheImport {
  const byKey = new Map(document.steps.map((step) => [step.key, step]));
  const byQuickKey = new Map(
    document.steps.flatMap((step) => (step.quickKey === undefined ? [] : [[step.quickKey, step]])),
  );
  const layers = new Map(document.layers.map((layer) => [layer.diffId, layer]));
  const toEntry = (step: CacheStep | undefined): ImportedEntry | undefined => {
    const chainId = step === undefined ? undefined : chainOf(step);
    if (step === undefined || chainId === undefined) return undefined;
    const { key, quickKey, parts, description, created } = step;
    const entry = { key, quickKey, chainId, parts, description, created, used: created, uses: 0 };
    return {
      entry,
      restore: async () => {
        await fetchLayers(session, { step, chainId, layers, open });
        recordPresent(session, document);
      },
    };
  };
  return {
    find: (key) => toEntry(byKey.get(key)),
    findQuick: (key) => toEntry(byQuickKey.get(key)),
  };
}

interface Restore {
  readonly step: CacheStep;
  readonly chainId: ChainId;
  readonly layers: ReadonlyMap<DiffId, CacheLayer>;
  readonly open: OpenLayer;
}

async function fetchLayers(session: Session, { step, chainId, layers, open }: Restore): Promise<void> {
  const { signal } = session;
  session.hold(chainId);
  const missing = missingFrom(session, step);
  const requests = step.layers.map(async (diffId, at) => {
    const layer = layers.get(diffId);
    if (layer === undefined) throw new EngineError("dataLoss", `the build cache has no layer ${diffId}`);
    // Layers that are here are never read, so they need no source.
    const source = at < missing ? NOTHING : await open(layer, { signal });
    return { diffId, source };
  });
  await session.layers.apply(await Promise.all(requests), { signal });
}

/** The steps whose layers are here now are steps of this cache too. */
function recordPresent({ store, layers }: Session, document: CacheDocument): void {
  store.transaction(() => {
    for (const step of document.steps) {
      const chainId = chainOf(step);
      if (chainId === undefined || layers.get(chainId) === undefined) continue;
      const { key, quickKey, parts, description, created } = step;
      writeEntry(store, { key, quickKey, chainId, parts, description, created });
    }
  });
}

const NOTHING: LayerSource = { kind: "file", path: "/dev/null" };

/** How many layers of a step, from the bottom, are here. */
function missingFrom({ layers }: Session, step: CacheStep): number {
  const present = step.layers.findLastIndex((_, at) => {
    const chainId = chainOf({ ...step, layers: step.layers.slice(0, at + 1) });
    return chainId !== undefined && layers.get(chainId) !== undefined;
  });
  return present + 1;
}
