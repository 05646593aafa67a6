import { mkdirSync } from "node:fs";
import { join } from "node:path";
import { bindInside, isErrno } from "../../../../host/index.ts";
import type { Step } from "../step.ts";

/** Something of this host that the runtime can bind by its path, whatever others do to the place that it came from. */
export interface Exposed {
  readonly path: string;
  readonly kind: "folder" | "file";
}

/** Binds what `source` means inside of `root` to a place of the step's own. Undefined when there is no such file. */
export function expose(
  { folders }: Step,
  name: string,
  { root, source }: { readonly root: string; readonly source: string },
): Exposed | undefined {
  const path = join(folders.mounts, name);
  try {
    return { path, kind: bindInside(root, source, path) };
  } catch (error) {
    if (isErrno(error, "ENOENT", "ENOTDIR", "ELOOP")) return undefined;
    throw error;
  }
}

/** An empty folder where something of the step is mounted before the runtime binds it. */
export function makePlace({ folders }: Step, name: string): string {
  const path = join(folders.mounts, name);
  mkdirSync(path, { mode: 0o755 });
  return path;
}
