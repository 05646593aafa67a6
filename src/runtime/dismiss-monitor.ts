import { isSameProcess } from "../host/index.ts";
import type { RunningProcess } from "./types.ts";

/** Kills conmon and the exit command that it may have started: both are in the process group that conmon leads. */
export function dismissMonitor({ monitorPid, monitorStartTime }: RunningProcess): void {
  if (!isSameProcess(monitorPid, monitorStartTime)) return;
  try {
    process.kill(-monitorPid, "SIGKILL");
  } catch {
    // It ended by itself just now.
  }
}
