import type { LayerPlan, UnionFolder } from "../../snapshot/index.ts";
import { kindOf } from "./node-facts.ts";

/**
 * True when a layer that was planned for an empty stack can lie on another one, and looks as if it had been planned
 * for that: nothing that is there is in its way, and the folders that both have are alike.
 */
export function canPlaceOn(base: UnionFolder, { entries }: LayerPlan): boolean {
  return entries.every((entry) => {
    const below = base.find(entry.path);
    if (below === undefined) return !isUnderLeaf(base, entry.path);
    const isFolder = kindOf(below.stat) === "directory";
    if (entry.kind !== "directory" || !isFolder) return entry.kind !== "directory" && !isFolder;
    const { mode, uid, gid } = below.stat;
    return (mode & 0o7777) === entry.mode && uid === entry.uid && gid === entry.gid;
  });
}

/** True when something that is no folder is on the way to a path. */
function isUnderLeaf(base: UnionFolder, path: string): boolean {
  for (let end = path.indexOf("/"); end >= 0; end = path.indexOf("/", end + 1)) {
    const above = base.find(path.slice(0, end));
    if (above === undefined) return false;
    if (kindOf(above.stat) !== "directory") return true;
  }
  return false;
}
