import { mkdirSync } from "node:fs";
import { join } from "node:path";
import { MS_NODEV, MS_NOSUID, mount, mountOverlay } from "../../../../host/index.ts";
import type { TreeResult } from "../../../result.ts";
import type { Step } from "../step.ts";
import { type Exposed, expose, makePlace } from "./expose.ts";
import { hideExcluded } from "./hide-excluded.ts";
import { presentContext } from "./present-context.ts";

/**
 * Shows `source` of a tree to a step, as {@link expose} does: without what the tree's filter leaves out, files of the
 * user as root's, and with a throw-away place for what a step writes into a writable one. The tree itself is never
 * written to.
 */
export function exposeTree(
  step: Step,
  name: string,
  {
    tree,
    source,
    writable,
  }: { readonly tree: TreeResult; readonly source: string; readonly writable: boolean },
): Exposed | undefined {
  const root = mountTree(step, `${name}-root`, { tree, writable });
  const exposed = expose(step, name, { root, source });
  if (exposed !== undefined && tree.live) presentContext(exposed.path, exposed.kind);
  return exposed;
}

function mountTree(
  step: Step,
  name: string,
  { tree, writable }: { readonly tree: TreeResult; readonly writable: boolean },
): string {
  const isChanged = tree.live || writable;
  if (tree.filter === undefined && !isChanged) return tree.root;
  const folder = step.context.workFolder();
  const hidden = join(folder, "hidden");
  mkdirSync(hidden);
  hideExcluded(tree, hidden);
  const root = makePlace(step, name);
  const lower = [hidden, tree.root];
  if (!isChanged) {
    mountOverlay(root, { lower });
    return root;
  }
  const home = writable ? folder : makeMemory(step, `${name}-upper`);
  const [upper, work] = [join(home, "upper"), join(home, "work")];
  for (const each of [upper, work]) mkdirSync(each, { mode: 0o755 });
  mountOverlay(root, { lower, upper, work, options: ["volatile", "metacopy=on"] });
  return root;
}

/** A folder in memory, for attributes alone: thousands of files get theirs many times faster than on a disk. */
function makeMemory(step: Step, name: string): string {
  const place = makePlace(step, name);
  mount("tmpfs", place, "tmpfs", MS_NOSUID | MS_NODEV, "mode=0700");
  return place;
}
