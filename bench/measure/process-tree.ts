import { readdirSync, readFileSync, writeFileSync } from "node:fs";

/** Ids of a process and of all its descendants that are alive now. */
export function listTree(root: number): number[] {
  const children = new Map<number, number[]>();
  for (const name of readdirSync("/proc")) {
    const pid = Number(name);
    if (!Number.isInteger(pid)) continue;
    // The command's name is in brackets and may hold anything; the parent's id is the second field behind it.
    const parent = Number(
      read(`/proc/${pid}/stat`)
        .replace(/^.*\) /s, "")
        .split(" ")[1],
    );
    children.set(parent, [...(children.get(parent) ?? []), pid]);
  }
  const tree = [root];
  for (const pid of tree) tree.push(...(children.get(pid) ?? []));
  return tree;
}

/** Memory that a process has now, in bytes, with shared pages split among those who share them. */
export function readProportionalMemory(pid: number): number {
  return readKilobytes(`/proc/${pid}/smaps_rollup`, "Pss");
}

/** The largest resident memory that a process has had since `resetPeak`, in bytes. */
export function readPeak(pid: number): number {
  return readKilobytes(`/proc/${pid}/status`, "VmHWM");
}

/** Lets the kernel forget a process's largest resident memory (proc(5), clear_refs); the process does not notice. */
export function resetPeak(pid: number): void {
  writeFileSync(`/proc/${pid}/clear_refs`, "5");
}

/** Ids of running processes with this command name. */
export function findProcesses(name: string): number[] {
  return readdirSync("/proc")
    .map(Number)
    .filter((pid) => Number.isInteger(pid) && read(`/proc/${pid}/comm`).trim() === name);
}

/** Ids of running processes that were called with this word among their arguments. */
export function findByArgument(word: string): number[] {
  return readdirSync("/proc")
    .map(Number)
    .filter((pid) => Number.isInteger(pid) && read(`/proc/${pid}/cmdline`).split("\0").includes(word));
}

/** Bytes that were written to files but have not reached the disk. */
export function readDirty(): number {
  return readKilobytes("/proc/meminfo", "Dirty") + readKilobytes("/proc/meminfo", "Writeback");
}

function readKilobytes(path: string, key: string): number {
  return Number(new RegExp(`^${key}:\\s+(\\d+) kB`, "m").exec(read(path))?.[1] ?? 0) * 1024;
}

/** Processes come and go: one that is gone reads as nothing. */
function read(path: string): string {
  try {
    return readFileSync(path, "utf8");
  } catch {
    return "";
  }
}
