import { readdirSync, readFileSync } from "node:fs";
import { openPidfd, waitPidfd } from "../host/index.ts";

/** A killed process that hangs in the kernel longer than this is left to it. */
const LONGEST_DEATH_MS = 2000;

interface Process {
  readonly pid: number;
  readonly parent: number;
  readonly command: string;
}

/**
 * Kills every process whose command line names `folder` and all that these have started, and waits until they are
 * gone. Used on the monitor that a dead process was launching: left alone it would go on and make a container that
 * nobody knows of.
 */
export async function endLaunch(folder: string): Promise<void> {
  const stopped = new Set<number>();
  for (;;) {
    const fresh = launchedFrom(folder).filter((pid) => !stopped.has(pid));
    if (fresh.length === 0) break;
    // What stands still starts nothing new while we look.
    for (const pid of fresh) {
      signal(pid, "SIGSTOP");
      stopped.add(pid);
    }
  }
  const handles = [...stopped].map(openPidfd).filter((handle) => handle !== undefined);
  for (const pid of stopped) signal(pid, "SIGKILL");
  const patience = AbortSignal.timeout(LONGEST_DEATH_MS);
  await Promise.all(handles.map((handle) => waitPidfd(handle, { signal: patience })));
}

function launchedFrom(folder: string): number[] {
  const all = listProcesses();
  const found = new Set(all.filter(({ command }) => names(command, folder)).map(({ pid }) => pid));
  for (let grown = true; grown; ) {
    const before = found.size;
    for (const { pid, parent } of all) if (found.has(parent)) found.add(pid);
    grown = found.size > before;
  }
  found.delete(process.pid);
  return [...found];
}

function names(command: string, folder: string): boolean {
  return command.split("\0").some((word) => word === folder || word.includes(`${folder}/`));
}

function listProcesses(): Process[] {
  return readdirSync("/proc")
    .filter((name) => /^\d+$/.test(name))
    .map(readProcess)
    .filter((found) => found !== undefined);
}

function readProcess(name: string): Process | undefined {
  try {
    const stat = readFileSync(`/proc/${name}/stat`, "utf8");
    const [state = "", parent = "0"] = stat.slice(stat.lastIndexOf(")") + 2).split(" ");
    if (state === "Z" || state === "X") return undefined;
    return {
      pid: Number(name),
      parent: Number(parent),
      command: readFileSync(`/proc/${name}/cmdline`, "utf8"),
    };
  } catch {
    return undefined;
  }
}

function signal(pid: number, name: "SIGSTOP" | "SIGKILL"): void {
  try {
    process.kill(pid, name);
  } catch {
    // It has ended meanwhile.
  }
}
