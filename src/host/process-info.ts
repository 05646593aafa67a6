import { readFileSync } from "node:fs";
import { isErrno } from "./syscall-error.ts";

/** When the process started, in clock ticks since boot (proc_pid_stat(5), field 22); undefined when there is none or it is a zombie. */
export function processStartTime(pid: number): bigint | undefined {
  const text = readProc(`/proc/${pid}/stat`);
  if (text === undefined) return undefined;
  // The command name may hold anything, so fields count from its last parenthesis.
  const fields = text.slice(text.lastIndexOf(")") + 2).split(" ");
  const state = fields[0];
  if (state === "Z" || state === "X") return undefined;
  return BigInt(fields[19] ?? "0");
}

/** True when `pid` still is the process that started at `startTime`. */
export function isSameProcess(pid: number, startTime: bigint): boolean {
  return processStartTime(pid) === startTime;
}

/** The process IDs in the cgroup folder `path`, without those of cgroups below it; empty when it is gone. */
export function listProcessesInCgroup(path: string): number[] {
  const text = readProc(`${path}/cgroup.procs`) ?? "";
  return text
    .split("\n")
    .filter((line) => line !== "")
    .map(Number);
}

function readProc(path: string): string | undefined {
  try {
    return readFileSync(path, "utf8");
  } catch (error) {
    if (isErrno(error, "ENOENT", "ESRCH", "ENODEV")) return undefined;
    throw error;
  }
}
