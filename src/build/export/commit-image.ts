import { EngineError } from "../../base/index.ts";
import type { Image, ImageDraft } from "../../image/index.ts";
import type { ChainId, Reference } from "../../oci/index.ts";
import { formatInlineCache, wantsInlineCache } from "../cache/remote/inline-cache.ts";
import { formatMilliseconds, sourceDateEpoch } from "../epoch.ts";
import { HISTORY_COMMENT } from "../frontend/created-by.ts";
import type { HistoryStep } from "../frontend/stage-state.ts";
import type { Target } from "../frontend/target.ts";
import type { VertexId } from "../graph/definition.ts";
import type { Outcome } from "../solve/outcome.ts";
import type { Session } from "../solve/session.ts";
import { type DatedStep, dateSteps } from "./image-history.ts";

/** Makes the image of a target whose vertices are solved, and gives it names. The same outcomes give the same image. */
export function commitImage(
  session: Session,
  target: Target,
  { outcomes, names }: { readonly outcomes: readonly Outcome[]; readonly names: readonly Reference[] },
): Image {
  const draft = draftTarget(session, target, outcomes);
  return draft.commit({ names });
}

/** The image of a target whose vertices are solved, as a draft. */
export function draftTarget(session: Session, target: Target, outcomes: readonly Outcome[]): ImageDraft {
  const { images, request } = session;
  const base = target.image;
  const epoch = sourceDateEpoch(request);
  const fixed = epoch === undefined ? undefined : formatMilliseconds(epoch * 1000);
  const begin =
    fixed ?? (base === "scratch" ? "1970-01-01T00:00:00Z" : (base.config.created ?? "1970-01-01T00:00:00Z"));
  const steps = dateSteps(target.history, layers(outcomes, fixed), begin);
  let draft = images.draft(base);
  if (base === "scratch") draft = draft.withPlatform(target.platform);
  for (const step of steps) draft = addStep(session, draft, step);
  draft = draft.withConfig(target.config).withCreated(steps.at(-1)?.created ?? begin);
  if (target.author !== undefined) draft = draft.withAuthor(target.author);
  if (wantsInlineCache(session))
    draft = draft.withInlineCache(formatInlineCache(session, { target, outcomes }));
  return draft;
}

function layers(outcomes: readonly Outcome[], fixed: string | undefined) {
  const byVertex = new Map<VertexId, Outcome>(outcomes.map((outcome) => [outcome.vertex.id, outcome]));
  return ({ vertex }: HistoryStep) => {
    if (vertex === undefined) return undefined;
    const outcome = byVertex.get(vertex);
    if (outcome?.result.kind !== "stack") throw new EngineError("internal", `step ${vertex} has no result`);
    return { top: outcome.result.top, created: fixed ?? formatMilliseconds(outcome.created) };
  };
}

function addStep({ layers }: Session, draft: ImageDraft, { createdBy, created, top }: DatedStep): ImageDraft {
  const line = { created, created_by: createdBy, comment: HISTORY_COMMENT };
  if (top === undefined || top === draft.top) return draft.withHistory(line);
  return draft.withLayer(need(layers.get(top), top), line);
}

function need<T>(layer: T | undefined, chainId: ChainId): T {
  if (layer === undefined) throw new EngineError("internal", `layer ${chainId} of the build is gone`);
  return layer;
}
