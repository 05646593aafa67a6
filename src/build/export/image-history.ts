import type { ChainId } from "../../oci/index.ts";
import type { HistoryStep } from "../frontend/stage-state.ts";

/** One line of history, with the stack that it left. */
export interface DatedStep {
  readonly createdBy: string;
  /** RFC 3339. */
  readonly created: string;
  /** The stack after it; undefined when it changed no file. */
  readonly top: ChainId | undefined;
}

/** What became of the vertex of a step. */
export interface StepLayer {
  readonly top: ChainId | undefined;
  /** RFC 3339. */
  readonly created: string;
}

/**
 * Dates the lines: a layer when it was made, what lies between two layers as the later of them, as BuildKit does, so
 * that a build out of the cache gives the very same image again. `begin` is for lines when there are no layers.
 */
export function dateSteps(
  steps: readonly HistoryStep[],
  layerOf: (step: HistoryStep) => StepLayer | undefined,
  begin: string,
): DatedStep[] {
  const layers = steps.map(layerOf);
  const last = layers.findLast((layer) => layer !== undefined)?.created ?? begin;
  const dated: DatedStep[] = [];
  let next = last;
  for (let at = steps.length - 1; at >= 0; at--) {
    const layer = layers[at];
    if (layer !== undefined) next = layer.created;
    dated.push({ createdBy: steps[at]?.createdBy ?? "", created: next, top: layer?.top });
  }
  return dated.reverse();
}
