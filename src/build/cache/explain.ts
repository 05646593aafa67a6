import type { Store } from "../../store/index.ts";
import { findEarlierStep } from "./build-table.ts";
import { readListing } from "./listings.ts";
import { compareParts, type MissExplainer, type MissReason } from "./reasons.ts";

/** How listings are compared, and where this build's are. */
export interface Listings {
  /** A listing of this build. */
  readonly current: (digest: string) => string | undefined;
  readonly diff: (before: string, after: string) => readonly string[];
}

/** Explains misses by the earlier builds of the same project. */
export function createExplainer(store: Store, project: string, listings: Listings): MissExplainer {
  const filesDiffer = (before: string, after: string): readonly string[] => {
    const old = before === "" ? "" : readListing(store, before);
    const now = after === "" ? "" : (listings.current(after) ?? readListing(store, after));
    if (old === undefined || now === undefined) return ["its files changed"];
    return listings.diff(old, now);
  };
  return (vertex, parts) => {
    if (vertex.ignoreCache) return [{ kind: "asked", text: "the cache was not to be used" }];
    const { stage, step, text } = vertex.label;
    const earlier = findEarlierStep(store, { project, stage, step, text });
    if (earlier === undefined) return [{ kind: "first", text: "it was not built before" }];
    const reasons = compareParts(earlier.parts, parts, filesDiffer);
    if (reasons.length > 0) return instructionFirst(reasons, earlier.text, text);
    return [{ kind: "gone", text: "its result was removed from the cache" }];
  };
}

/** When the instruction itself is another, its parts need no listing of their own. */
function instructionFirst(
  reasons: readonly MissReason[],
  before: string,
  after: string,
): readonly MissReason[] {
  if (before === after) return reasons;
  const others = reasons.filter(({ kind }) => kind === "parent" || kind === "files");
  return [{ kind: "command", text: `the instruction changed: ${before} -> ${after}` }, ...others];
}
