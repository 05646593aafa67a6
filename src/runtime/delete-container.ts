import { existsSync, readdirSync, rmdirSync, rmSync } from "node:fs";
import { join } from "node:path";
import { isErrno, processStartTime } from "../host/index.ts";
import { commandFailed } from "./errors.ts";
import { failureText, type RuntimePlace, runRuntime } from "./runtime-command.ts";
import { readRuntimeState } from "./runtime-state.ts";

/** Removes the runtime's state and the cgroup of a container; nothing happens when there is none. */
export async function deleteContainer(place: RuntimePlace, id: string, force: boolean): Promise<void> {
  const folder = join(place.stateRoot, id);
  if (!existsSync(folder) || deleteDirectly(place, id)) return;
  const result = await runRuntime(place, ["delete", ...(force ? ["--force"] : []), id]);
  // Another process may have removed it meanwhile.
  if (result.exitCode !== 0 && existsSync(folder)) {
    throw commandFailed(place.name, "delete", failureText(result));
  }
}

/**
 * Does what `runc delete` does for a container that has ended, 8 ms faster: its cgroups and its state folder go. False
 * when anything is out of the ordinary (another runtime, hooks, a process left): the runtime then has the word.
 */
function deleteDirectly(place: RuntimePlace, id: string): boolean {
  const state = readRuntimeState(place, id);
  if (state === undefined || state.hasLateHooks) return false;
  if (processStartTime(state.pid) === state.startTime) return false;
  try {
    for (const cgroup of state.cgroupFolders) removeCgroup(cgroup);
  } catch (error) {
    if (isErrno(error, "EBUSY")) return false;
    throw error;
  }
  rmSync(join(place.stateRoot, id), { recursive: true, force: true });
  return true;
}

function removeCgroup(folder: string): void {
  try {
    rmdirSync(folder);
  } catch (error) {
    if (isErrno(error, "ENOENT")) return;
    // EBUSY: it has cgroups below it, or processes.
    const inner = isErrno(error, "EBUSY") ? foldersIn(folder) : [];
    if (inner.length === 0) throw error;
    for (const name of inner) removeCgroup(join(folder, name));
    rmdirSync(folder);
  }
}

function foldersIn(folder: string): string[] {
  return readdirSync(folder, { withFileTypes: true })
    .filter((entry) => entry.isDirectory())
    .map((entry) => entry.name);
}
