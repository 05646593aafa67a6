import { readdirSync, rmdirSync } from "node:fs";
import { join } from "node:path";
import {
  closeFd,
  everyCgroupFolder,
  isErrno,
  listProcessesInCgroup,
  openPidfd,
  pidfdSendSignal,
  waitPidfd,
} from "../host/index.ts";

const SIGKILL = 9;
/** A killed process that hangs in the kernel longer than this is left to it. */
const LONGEST_DEATH_MS = 2000;

/**
 * Kills every process in the cgroup `path` (as in the runtime spec) and below, waits for their death, and removes the
 * cgroup. Idempotent. What hangs in the kernel for two seconds stays, and the cgroup with it.
 */
export async function endCgroup(path: string): Promise<void> {
  const patience = AbortSignal.timeout(LONGEST_DEATH_MS);
  const folders = [...everyCgroupFolder(path)];
  for (;;) {
    const killed = folders.flatMap(killIn);
    if (killed.length === 0 || patience.aborted) break;
    await Promise.all(killed.map((pidfd) => waitPidfd(pidfd, { signal: patience })));
  }
  for (const folder of folders) await removeFolder(folder, patience);
}

/** Kills the processes that are in the folder now; returns their pidfds. */
function killIn(folder: string): number[] {
  const own = listProcessesInCgroup(folder).flatMap((pid) => {
    const pidfd = openPidfd(pid);
    if (pidfd === undefined) return [];
    // Only now is it certain that the number means a process of this cgroup.
    if (listProcessesInCgroup(folder).includes(pid) && pidfdSendSignal(pidfd, SIGKILL)) return [pidfd];
    closeFd(pidfd);
    return [];
  });
  return [...own, ...foldersIn(folder).flatMap(killIn)];
}

async function removeFolder(folder: string, patience: AbortSignal): Promise<void> {
  for (const inner of foldersIn(folder)) await removeFolder(inner, patience);
  while (!removeEmpty(folder) && !patience.aborted) {
    // The kernel takes the dead out of a cgroup a moment after their death, and tells nobody.
    await Bun.sleep(2);
  }
}

function removeEmpty(folder: string): boolean {
  try {
    rmdirSync(folder);
    return true;
  } catch (error) {
    if (isErrno(error, "ENOENT")) return true;
    if (isErrno(error, "EBUSY")) return false;
    throw error;
  }
}

function foldersIn(folder: string): string[] {
  try {
    return readdirSync(folder, { withFileTypes: true })
      .filter((entry) => entry.isDirectory())
      .map((entry) => join(folder, entry.name));
  } catch (error) {
    if (isErrno(error, "ENOENT", "ENODEV")) return [];
    throw error;
  }
}
