import { readdirSync, readlinkSync } from "node:fs";
import { lastOf } from "./last-of.ts";

/** Resolves once the process `pid` waits for changes of files, as `strake wait` does when it has found its container. */
export async function watches(pid: number): Promise<void> {
  const missing = await lastOf(() => (hasWatch(pid) ? [] : [pid]));
  if (missing.length > 0) throw new Error(`process ${pid} waits for no file`);
}

function hasWatch(pid: number): boolean {
  const folder = `/proc/${pid}/fd`;
  return readdirSync(folder).some((fd) => {
    try {
      return readlinkSync(`${folder}/${fd}`) === "anon_inode:inotify";
    } catch {
      // Closed meanwhile.
      return false;
    }
  });
}
