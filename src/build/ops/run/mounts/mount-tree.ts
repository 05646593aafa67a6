import { mkdirSync } from "node:fs";
import { join } from "node:path";
import { mountOverlay } from "../../../../host/index.ts";
import type { TreeResult } from "../../../result.ts";
import type { Step } from "../step.ts";
import { makePlace } from "./expose.ts";
import { hideExcluded } from "./hide-excluded.ts";

/**
 * The folder that shows a tree to a step: without what its filter leaves out, and with a throw-away place for what a
 * step writes into a writable one. The tree itself is never written to.
 */
export function mountTree(
  step: Step,
  name: string,
  { tree, writable }: { readonly tree: TreeResult; readonly writable: boolean },
): string {
  if (tree.filter === undefined && !writable) return tree.root;
  const folder = step.context.workFolder();
  const hidden = join(folder, "hidden");
  mkdirSync(hidden);
  hideExcluded(tree, hidden);
  const root = makePlace(step, name);
  const lower = [hidden, tree.root];
  if (!writable) {
    mountOverlay(root, { lower });
    return root;
  }
  const [upper, work] = [join(folder, "upper"), join(folder, "work")];
  for (const each of [upper, work]) mkdirSync(each, { mode: 0o755 });
  mountOverlay(root, { lower, upper, work, options: ["volatile"] });
  return root;
}
