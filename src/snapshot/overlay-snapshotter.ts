import { mkdirSync, rmdirSync, rmSync } from "node:fs";
import { rm } from "node:fs/promises";
import { join } from "node:path";
import { isMountPoint, mountOverlay, type OverlayLayers, unmount } from "../host/index.ts";
import type { Store } from "../store/index.ts";
import { listChanges } from "./changes.ts";
import { INIT_LAYER, openInitLayer, STEP_INIT_LAYER } from "./init-layer.ts";
import { layerFiles } from "./layer-table.ts";
import { copyRootAttributes } from "./root-attributes.ts";
import {
  deleteSnapshot,
  findSnapshot,
  getSnapshot,
  insertSnapshot,
  listSnapshots,
  lowerFolders,
  type SnapshotRow,
} from "./snapshot-table.ts";
import { treeUsage } from "./tree-usage.ts";
import type { Snapshotter } from "./types.ts";

/** Whatever the kernel's defaults are: an upper folder must mean by itself what it means to `docker diff` and to a layer. */
const OPTIONS: readonly string[] = ["index=off", "redirect_dir=off", "metacopy=off"];

/** Snapshots as overlay mounts: `upper` and `work` below the snapshot's folder hold what changes. */
export function createOverlaySnapshotter(store: Store): Snapshotter {
  const lowerOf = (row: SnapshotRow, init = layerFiles(store, INIT_LAYER)): string[] => [
    ...lowerFolders(store, row.parent),
    init,
  ];
  const layersOf = (row: SnapshotRow, readOnly: boolean, init?: string): OverlayLayers => {
    const { upper, work } = foldersOf(row);
    if (readOnly) return { lower: [upper, ...lowerOf(row, init)], options: OPTIONS };
    return { lower: lowerOf(row, init), upper, work, options: OPTIONS };
  };
  return {
    name: "overlay",
    async prepare(key, parent, folder) {
      if (findSnapshot(store, key) !== undefined) return;
      const row: SnapshotRow = { key, driver: "overlay", parent, folder };
      const init = await openInitLayer(store);
      const { upper, work } = foldersOf(row);
      const lower = lowerFolders(store, parent);
      mkdirSync(upper, { recursive: true, mode: 0o755 });
      mkdirSync(work, { recursive: true, mode: 0o711 });
      copyRootAttributes(lower[0] ?? init, upper);
      insertSnapshot(store, row);
    },
    async mount(key, target, options = {}) {
      const row = getSnapshot(store, key);
      if (isMountPoint(target)) return;
      const init = options.forStep === true ? await openInitLayer(store, STEP_INIT_LAYER) : undefined;
      const layers = layersOf(row, options.readOnly === true, init);
      if (options.disposable !== true || options.readOnly === true) {
        mountOverlay(target, layers);
        return;
      }
      // Its mark of an earlier mount of this kind would make the kernel refuse; what it warns of is accepted here.
      rmSync(join(foldersOf(row).work, "work", "incompat"), { recursive: true, force: true });
      mountOverlay(target, { ...layers, options: [...OPTIONS, "volatile"] });
    },
    async unmount(target) {
      unmount(target);
    },
    mounts(key) {
      const { lower, upper = "", work = "" } = layersOf(getSnapshot(store, key), false);
      const options = [`lowerdir=${lower.join(":")}`, `upperdir=${upper}`, `workdir=${work}`, ...OPTIONS];
      return [{ type: "overlay", source: "overlay", target: "", options }];
    },
    graph(key, target) {
      const row = getSnapshot(store, key);
      return { lower: lowerOf(row), ...foldersOf(row), merged: target };
    },
    async changes(key) {
      const row = getSnapshot(store, key);
      return listChanges(foldersOf(row).upper, lowerOf(row), { whole: false });
    },
    async usage(key) {
      return treeUsage(foldersOf(getSnapshot(store, key)).upper);
    },
    async remove(key) {
      const row = findSnapshot(store, key);
      if (row === undefined) return;
      const { upper, work } = foldersOf(row);
      rmSync(work, { recursive: true, force: true });
      if (!removeEmpty(upper)) await rm(upper, { recursive: true, force: true });
      deleteSnapshot(store, key);
    },
    list: () => listSnapshots(store, "overlay"),
  };
}

function foldersOf(row: SnapshotRow): { readonly upper: string; readonly work: string } {
  return { upper: join(row.folder, "upper"), work: join(row.folder, "work") };
}

/** Removes a folder if nothing is in it, as in a container that has written nothing: far faster than a recursive removal. */
function removeEmpty(folder: string): boolean {
  try {
    rmdirSync(folder);
    return true;
  } catch {
    return false;
  }
}
