import { rmSync } from "node:fs";
import { join } from "node:path";
import { namesIn } from "../host/index.ts";

/**
 * Removes the run folder of a container or an exec; its monitor, which ends at the same time, may be removing files
 * from it. Idempotent.
 */
export function removeRunFolder(path: string): void {
  // Where a file goes between listing and removing it, a recursive `rmSync` stops without a word: one call for each.
  for (const name of namesIn(path)) rmSync(join(path, name), { recursive: true, force: true });
  rmSync(path, { recursive: true, force: true });
}
