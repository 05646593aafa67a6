import { mkdirSync } from "node:fs";
import { rm } from "node:fs/promises";
import { join } from "node:path";
import { isMountPoint, MS_BIND, MS_RDONLY, MS_REMOUNT, mount, unmount } from "../host/index.ts";
import type { Store } from "../store/index.ts";
import { listChanges } from "./changes.ts";
import { INIT_LAYER, openInitLayer } from "./init-layer.ts";
import { startLayerJob } from "./job-process.ts";
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

/** Snapshots as whole copies in `rootfs` below the snapshot's folder, for hosts without overlayfs. */
export function createCopySnapshotter(store: Store, command: readonly string[]): Snapshotter {
  const lowerOf = (row: SnapshotRow): string[] => [
    ...lowerFolders(store, row.parent),
    layerFiles(store, INIT_LAYER),
  ];
  return {
    name: "copy",
    async prepare(key, parent, folder) {
      if (findSnapshot(store, key) !== undefined) return;
      await openInitLayer(store);
      const row: SnapshotRow = { key, driver: "copy", parent, folder };
      const target = rootfsOf(row);
      const lower = lowerOf(row);
      // What a crash left half copied would not be overwritten.
      await rm(target, { recursive: true, force: true });
      mkdirSync(target, { mode: 0o755 });
      await startLayerJob({ job: "copy", lower, target }, { command });
      copyRootAttributes(lower[0] ?? "/", target);
      insertSnapshot(store, row);
    },
    async mount(key, target, options = {}) {
      const rootfs = rootfsOf(getSnapshot(store, key));
      if (isMountPoint(target)) return;
      mount(rootfs, target, undefined, MS_BIND);
      if (options.readOnly === true) mount("none", target, undefined, MS_BIND | MS_REMOUNT | MS_RDONLY);
    },
    async unmount(target) {
      unmount(target);
    },
    mounts(key) {
      const source = rootfsOf(getSnapshot(store, key));
      return [{ type: "bind", source, target: "", options: ["bind"] }];
    },
    graph(key, target) {
      const row = getSnapshot(store, key);
      return { lower: lowerOf(row), upper: rootfsOf(row), work: "", merged: target };
    },
    async changes(key) {
      const row = getSnapshot(store, key);
      return listChanges(rootfsOf(row), lowerOf(row), { whole: true });
    },
    async usage(key) {
      return treeUsage(rootfsOf(getSnapshot(store, key)));
    },
    async remove(key) {
      const row = findSnapshot(store, key);
      if (row === undefined) return;
      await rm(rootfsOf(row), { recursive: true, force: true });
      deleteSnapshot(store, key);
    },
    list: () => listSnapshots(store, "copy"),
  };
}

function rootfsOf(row: SnapshotRow): string {
  return join(row.folder, "rootfs");
}
