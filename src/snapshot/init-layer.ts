import { existsSync, mkdirSync, renameSync, symlinkSync, writeFileSync } from "node:fs";
import { rm } from "node:fs/promises";
import { join } from "node:path";
import { errnoOf, newId } from "../base/index.ts";
import type { Store } from "../store/index.ts";
import { layerFiles, layerFolder } from "./layer-table.ts";

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
  const draft = layerFolder(store, `${INIT_LAYER}-${newId().slice(0, 12)}`);
  makeInitTree(join(draft, "fs"));
  try {
    renameSync(draft, layerFolder(store, INIT_LAYER));
  } catch (error) {
    if (errnoOf(error) !== "ENOTEMPTY" && errnoOf(error) !== "EEXIST") throw error;
    await rm(draft, { recursive: true, force: true });
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
