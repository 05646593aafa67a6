import { closeSync, fchmodSync, fsyncSync, openSync, renameSync, rmSync, writeSync } from "node:fs";
import { dirname } from "node:path";
import { newId } from "./id.ts";

/** How {@link writeFileAtomic} writes. */
export interface AtomicFileOptions {
  /** Permission bits of the new file; 0o644 if not given. */
  readonly mode?: number;
  /** Wait until the content and the name are on disk. */
  readonly sync?: boolean;
}

/** Writes a whole file so that readers see the old content or the new, never a part. */
export function writeFileAtomic(
  path: string,
  data: string | Uint8Array,
  options: AtomicFileOptions = {},
): void {
  const temporary = `${path}.${newId().slice(0, 12)}.tmp`;
  try {
    const fd = openSync(temporary, "wx", options.mode ?? 0o644);
    try {
      const bytes = typeof data === "string" ? Buffer.from(data) : data;
      for (let at = 0; at < bytes.length; ) at += writeSync(fd, bytes, at);
      if (options.mode !== undefined) fchmodSync(fd, options.mode);
      if (options.sync) fsyncSync(fd);
    } finally {
      closeSync(fd);
    }
    renameSync(temporary, path);
  } catch (error) {
    rmSync(temporary, { force: true });
    throw error;
  }
  if (options.sync) syncFolder(dirname(path));
}

function syncFolder(path: string): void {
  const fd = openSync(path, "r");
  try {
    fsyncSync(fd);
  } finally {
    closeSync(fd);
  }
}
