import { readdirSync } from "node:fs";
import { cgroupFacts, cgroupFoldersOf, isErrno, listProcessesInCgroup } from "../host/index.ts";

// Any controller that the runtime makes a cgroup in will do.
const CONTROLLERS = ["", "pids", "memory", "devices", "freezer", "cpu"];

/** The host's process IDs of everything in the cgroup of `pid` and below, in ascending order; empty when it has ended. */
export function listProcesses(pid: number): number[] {
  const folders = cgroupFoldersOf(pid);
  const { mountpoints } = cgroupFacts();
  for (const controller of CONTROLLERS) {
    const folder = folders.get(controller);
    // The root of a hierarchy holds the processes of the whole machine.
    if (folder === undefined || folder === mountpoints.get(controller)) continue;
    return [...new Set(collect(folder))].sort((a, b) => a - b);
  }
  return folders.size === 0 ? [] : [pid];
}

function collect(folder: string): number[] {
  return [
    ...listProcessesInCgroup(folder),
    ...subfolders(folder).flatMap((name) => collect(`${folder}/${name}`)),
  ];
}

function subfolders(folder: string): string[] {
  try {
    return readdirSync(folder, { withFileTypes: true })
      .filter((entry) => entry.isDirectory())
      .map((entry) => entry.name);
  } catch (error) {
    if (isErrno(error, "ENOENT")) return [];
    throw error;
  }
}
