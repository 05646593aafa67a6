import { lstatSync, mkdirSync } from "node:fs";
import { join } from "node:path";
import { umask } from "../../../host/index.ts";
import type { StepSnapshot } from "../step-snapshot.ts";
import type { Step } from "./step.ts";

const FOLDERS = ["dev", "proc", "sys"] as const;

/**
 * Gives the layer of a step the folders of the kernel's file systems that its base lacks, as BuildKit's layers have
 * them. The snapshot must not be mounted.
 */
export function keepKernelFolders({ context, snapshot }: Pick<Step, "context" | "snapshot">): void {
  const missing = FOLDERS.filter((name) => !isInBase(context, snapshot, name));
  if (missing.length === 0) return;
  const mask = umask(0);
  try {
    for (const name of missing) {
      const path = join(snapshot.upper, name);
      if (lstatSync(path, { throwIfNoEntry: false }) === undefined) mkdirSync(path, { mode: 0o755 });
    }
  } finally {
    umask(mask);
  }
}

function isInBase({ layers }: Step["context"], { key, target }: StepSnapshot, name: string): boolean {
  // The lowest layer is the engine's own, which holds mount points for every root.
  const folders = layers.snapshots.graph(key, target).lower.slice(0, -1);
  for (const folder of folders) {
    const stat = lstatSync(join(folder, name), { throwIfNoEntry: false });
    if (stat !== undefined) return !stat.isCharacterDevice();
  }
  return false;
}
