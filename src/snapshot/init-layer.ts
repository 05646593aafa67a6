import { existsSync, mkdirSync, renameSync, symlinkSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { errnoOf } from "../base/index.ts";
import { endLease, type Store } from "../store/index.ts";
import { layerFiles, layerFolder } from "./layer-table.ts";
import { createDraftLayer, discardDraft } from "./stage-layer.ts";

/** Name of the init layer's folder among the layers. */
export const INIT_LAYER = "init";

const FOLDERS = ["dev", "dev/pts", "dev/shm", "etc", "proc", "sys"];
const FILES = [".dockerenv", "dev/console", "etc/hostname", "etc/hosts", "etc/resolv.conf"];

/**
 * The lowest layer of every snapshot, made on first use: the mount points that Docker's init layer gives,
 * so that they exist in any image and never show as changes. Returns the folder of its files.
 */
export async function openInitLayer(store: Store): Promise<string> {
  const files = layerFiles(store, INIT_LAYER);
  if (existsSync(files)) return files;
  const draft = createDraftLayer(store);
  makeInitTree(join(draft.folder, "fs"));
  try {
    renameSync(draft.folder, layerFolder(store, INIT_LAYER));
    endLease(store, draft.lease);
  } catch (error) {
    await discardDraft(store, draft);
    if (errnoOf(error) !== "ENOTEMPTY" && errnoOf(error) !== "EEXIST") throw error;
  }
  return files;
}

function makeInitTree(root: string): void {
  const umask = process.umask(0);
  try {
    mkdirSync(root, { recursive: true, mode: 0o755 });
    for (const folder of FOLDERS) mkdirSync(join(root, folder), { mode: 0o755 });
    for (const file of FILES) writeFileSync(join(root, file), "", { mode: 0o755 });
    symlinkSync("/proc/mounts", join(root, "etc/mtab"));
  } finally {
    process.umask(umask);
  }
}
