import { lstatSync } from "node:fs";
import { join } from "node:path";
import { EngineError } from "../base/index.ts";

/** Where every container gets file systems of its own, which the runtime fills by path. */
const FOLDERS = ["dev", "proc", "sys"] as const;

/**
 * Throws `invalidArgument` when the root that is mounted at `rootfs` has something else than folders where the
 * runtime puts devices and the kernel's file systems. runc follows a symbolic link at `/dev` out of the root,
 * on the host (CVE-2026-41579).
 */
export function checkRoot(rootfs: string): void {
  for (const name of FOLDERS) {
    const stat = lstatSync(join(rootfs, name), { throwIfNoEntry: false });
    if (stat === undefined || stat.isDirectory()) continue;
    const what = stat.isSymbolicLink() ? "a symbolic link" : "no directory";
    throw new EngineError("invalidArgument", `cannot mount /${name}: it is ${what} in the container's root`, {
      hint: `an image must have a plain folder, or nothing, at /${name}`,
    });
  }
}
