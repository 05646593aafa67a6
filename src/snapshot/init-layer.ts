import { existsSync, mkdirSync, renameSync, symlinkSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { errnoOf } from "../base/index.ts";
import { endLease, type Store } from "../store/index.ts";
import { layerFiles, layerFolder } from "./layer-table.ts";
import { createDraftLayer, discardDraft } from "./stage-layer.ts";

/** Name of the init layer's folder among the layers. */
export const INIT_LAYER = "init";

/** Name of the folder of the init layer of build steps, which sees less than a container does. */
export const STEP_INIT_LAYER = "init-step";

/** Names of all init layers. */
export const INIT_LAYERS = [INIT_LAYER, STEP_INIT_LAYER] as const;

type InitLayer = (typeof INIT_LAYERS)[number];

interface InitTree {
  readonly folders: readonly string[];
  readonly files: readonly string[];
  readonly links: readonly { readonly path: string; readonly target: string }[];
}

const TREES: Readonly<Record<InitLayer, InitTree>> = {
  [INIT_LAYER]: {
    folders: ["dev", "dev/pts", "dev/shm", "etc", "proc", "sys"],
    files: [".dockerenv", "dev/console", "etc/hostname", "etc/hosts", "etc/resolv.conf"],
    links: [{ path: "etc/mtab", target: "/proc/mounts" }],
  },
  [STEP_INIT_LAYER]: {
    folders: ["dev", "etc", "proc", "sys"],
    files: ["etc/hosts", "etc/resolv.conf"],
    links: [],
  },
};

/**
 * The lowest layer of every snapshot, made on first use: the mount points that Docker's init layer gives,
 * so that they exist in any image and never show as changes. Returns the folder of its files.
 */
export async function openInitLayer(store: Store, name: InitLayer = INIT_LAYER): Promise<string> {
  const files = layerFiles(store, name);
  if (existsSync(files)) return files;
  const draft = createDraftLayer(store);
  makeInitTree(join(draft.folder, "fs"), TREES[name]);
  try {
    renameSync(draft.folder, layerFolder(store, name));
    endLease(store, draft.lease);
  } catch (error) {
    await discardDraft(store, draft);
    if (errnoOf(error) !== "ENOTEMPTY" && errnoOf(error) !== "EEXIST") throw error;
  }
  return files;
}

function makeInitTree(root: string, { folders, files, links }: InitTree): void {
  const umask = process.umask(0);
  try {
    mkdirSync(root, { recursive: true, mode: 0o755 });
    for (const folder of folders) mkdirSync(join(root, folder), { mode: 0o755 });
    for (const file of files) writeFileSync(join(root, file), "", { mode: 0o755 });
    for (const { path, target } of links) symlinkSync(target, join(root, path));
  } finally {
    process.umask(umask);
  }
}
