import type { DiffId } from "../../../oci/index.ts";
import type { SolvedTarget } from "../../build.ts";
import { sourceDateEpoch } from "../../epoch.ts";
import type { Session } from "../../solve/session.ts";
import {
  type CacheDocument,
  type CacheLayer,
  formatCacheDocument,
  parseCacheDocument,
} from "./cache-document.ts";
import { collectSteps } from "./collect-steps.ts";

/** True when the request wants the cache inside the image: `--cache-to type=inline`, or BuildKit's build argument. */
export function wantsInlineCache({ request }: Pick<Session, "request">): boolean {
  const asked = request.buildArgs.BUILDKIT_INLINE_CACHE;
  return asked === "1" || asked === "true" || request.cacheTo.some(({ type }) => type === "inline");
}

/** What an image's config says of the steps that its layers are results of. The layers are where the manifest has them. */
export function formatInlineCache(session: Session, { target, outcomes }: SolvedTarget): string {
  const final = outcomes.find(({ vertex }) => vertex.id === target.vertex)?.result;
  const result = final?.kind === "stack" ? final.top : undefined;
  const epoch = sourceDateEpoch(session.request);
  const steps = collectSteps(session, { outcomes, mode: "min", result })
    .map((step) => (epoch === undefined ? step : { ...step, created: epoch * 1000 }))
    .sort((a, b) => a.layers.length - b.layers.length || (a.key < b.key ? -1 : 1));
  return Buffer.from(formatCacheDocument({ steps, layers: [] })).toString();
}

/** Reads the inline cache of an image whose layers its manifest describes. Throws `invalidArgument`. */
export function parseInlineCache(text: string, layers: readonly CacheLayer[]): CacheDocument {
  const whole = { ...(JSON.parse(text) as object), layers };
  return parseCacheDocument(Buffer.from(JSON.stringify(whole)));
}

/** The layers of an image's manifest by the diffIDs of its config; undefined when they do not belong together. */
export function pairLayers(
  diffIds: readonly DiffId[],
  descriptors: readonly Omit<CacheLayer, "diffId">[],
): CacheLayer[] | undefined {
  if (diffIds.length !== descriptors.length) return undefined;
  return descriptors.flatMap(({ mediaType, digest, size }, at) => {
    const diffId = diffIds[at];
    return diffId === undefined ? [] : [{ diffId, mediaType, digest, size }];
  });
}
