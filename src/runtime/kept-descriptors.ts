import { closeFd, isSameProcess, openPidfd, pidfdGetFd } from "../host/index.ts";
import type { RunningProcess } from "./types.ts";

/** The number that the first descriptor of `keep` has in the monitor: after stdio, the sync pipe and the start pipe. */
const FIRST_KEPT = 5;

/**
 * Copies of the first `count` descriptors that the monitor of a container was given to keep, close-on-exec and for the
 * caller to close; undefined when the monitor has ended.
 */
export function copyKept(
  { monitorPid, monitorStartTime }: Pick<RunningProcess, "monitorPid" | "monitorStartTime">,
  count: number,
): number[] | undefined {
  const pidfd = openPidfd(monitorPid);
  if (pidfd === undefined) return undefined;
  const copies: number[] = [];
  try {
    if (!isSameProcess(monitorPid, monitorStartTime)) return undefined;
    for (let at = 0; at < count; at++) {
      const copy = pidfdGetFd(pidfd, FIRST_KEPT + at);
      if (copy === undefined) break;
      copies.push(copy);
    }
    if (copies.length === count) return copies;
    for (const copy of copies) closeFd(copy);
    return undefined;
  } finally {
    closeFd(pidfd);
  }
}
