import { rmSync } from "node:fs";
import { join } from "node:path";
import {
  AT_FDCWD,
  closeFd,
  isErrno,
  isSameProcess,
  O_NONBLOCK,
  openAt,
  openPidfd,
  readAvailable,
  waitPidfd,
  waitReadable,
} from "../host/index.ts";
import { startFailed } from "./errors.ts";
import { failureText, type RuntimePlace, runRuntime } from "./runtime-command.ts";
import { readRuntimeState } from "./runtime-state.ts";

/** Lets the process of a created container run. */
export async function startContainer(place: RuntimePlace, id: string): Promise<void> {
  if (await startDirectly(place, id)) return;
  const result = await runRuntime(place, ["start", id]);
  if (result.exitCode !== 0) throw startFailed(failureText(result));
}

/**
 * Does what `runc start` does, 10 ms faster: the created process waits for a reader of its FIFO. False when the
 * container is not one of runc's, has hooks for its start, or its process is gone: the runtime then has the word.
 */
async function startDirectly(place: RuntimePlace, id: string): Promise<boolean> {
  const state = readRuntimeState(place, id);
  if (state === undefined || state.hasLateHooks) return false;
  // Before the FIFO is opened: from then on the process runs, and a short one may be gone at once.
  const pidfd = openPidfd(state.pid);
  if (pidfd === undefined) return false;
  const path = join(place.stateRoot, id, "exec.fifo");
  const fd = isSameProcess(state.pid, state.startTime) ? openFifo(path) : undefined;
  if (fd === undefined) {
    closeFd(pidfd);
    return false;
  }
  try {
    if (!(await awaitByte(fd, pidfd))) return false;
    rmSync(path, { force: true });
    return true;
  } finally {
    closeFd(fd);
  }
}

function openFifo(path: string): number | undefined {
  try {
    return openAt(AT_FDCWD, path, O_NONBLOCK);
  } catch (error) {
    if (isErrno(error, "ENOENT")) return undefined;
    throw error;
  }
}

/** True when the process has opened the FIFO and written; false when it has ended instead. Takes over `pidfd`. */
async function awaitByte(fd: number, pidfd: number): Promise<boolean> {
  const stop = new AbortController();
  const wait = waitReadable(fd);
  try {
    await Promise.race([wait.ready, waitPidfd(pidfd, { signal: stop.signal })]);
    // A byte that was written stays in the FIFO when its writer is gone.
    return (readAvailable(fd, new Uint8Array(16)) ?? 0) > 0;
  } finally {
    wait.cancel();
    stop.abort();
  }
}
