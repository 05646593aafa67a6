import { nowNs, nowText, parseTime } from "../base/index.ts";
import type { Exit, RunningProcess } from "../runtime/index.ts";
import { type ContainerContext, containerEvent, withContainer } from "./context.ts";
import { containerPaths, exitFolder } from "./paths.ts";
import { releaseMounts } from "./prepare-mounts.ts";
import type { ContainerRecord, LiveProcess } from "./record.ts";
import { removeRunFolder } from "./remove-run-folder.ts";
import { removeStopped } from "./remove-stopped.ts";
import { markRestartDue } from "./restart-claim.ts";
import { wantsRestart } from "./restart-policy.ts";
import { processOf, transition } from "./state.ts";
import { findById, saveContainer } from "./table.ts";

/** The process of a record in the runtime's form. */
export function toRunningProcess(process: LiveProcess): RunningProcess {
  return { ...process, monitorStartTime: BigInt(process.monitorStartTime) };
}

/** What the runtime needs to find the exit of a container. */
export function exitRequest(context: ContainerContext, id: string, process: LiveProcess) {
  return {
    id,
    exitFolder: exitFolder(context.store),
    runFolder: containerPaths(context.store, id).runFolder,
    process: toRunningProcess(process),
  };
}

/**
 * If the container's process has ended, records that, releases what it held and, with `--rm`, removes it.
 * Idempotent and safe to call from several processes. Returns the record as it then is; undefined when it is gone.
 */
export async function finishContainer(
  context: ContainerContext,
  id: string,
): Promise<ContainerRecord | undefined> {
  // Its lock went with it: taking that would make it anew.
  if (findById(context.store, id) === undefined) return undefined;
  return await withContainer(context, id, () => finishLocked(context, id));
}

/** As {@link finishContainer}, for a caller that holds the container's lock. */
export async function finishLocked(
  context: ContainerContext,
  id: string,
): Promise<ContainerRecord | undefined> {
  const record = findById(context.store, id);
  const process = record === undefined ? undefined : processOf(record.state);
  if (record === undefined || process === undefined) return record;
  const exit = context.runtime(record.hostConfig.Runtime).readExit(exitRequest(context, id, process));
  if (exit === undefined) return record;
  await releaseContainer(context, record);
  const ended = recordExit(context, record, exit);
  if (!ended.hostConfig.AutoRemove || ended.state.status === "restarting") return ended;
  await removeStopped(context, ended, { volumes: true });
  return undefined;
}

function recordExit(context: ContainerContext, record: ContainerRecord, exit: Exit): ContainerRecord {
  const finishedAt = nowText();
  const again = wantsRestart(record, exit.exitCode);
  const ended: ContainerRecord = {
    ...record,
    state: transition(record.state, { kind: again ? "willRestart" : "exited" }),
    exitCode: exit.exitCode,
    oomKilled: exit.oomKilled,
    finishedAt,
    network: null,
    health: record.health === null ? null : { ...record.health, Status: "unhealthy" },
  };
  const seconds = (nowNs() - (parseTime(record.startedAt) ?? nowNs())) / 1_000_000_000n;
  context.store.transaction(() => {
    saveContainer(context.store, ended);
    if (again) markRestartDue(context.store, record.id);
    context.store.change("DELETE FROM execs WHERE container = ?", record.id);
    if (exit.oomKilled) containerEvent(context.store, record, "oom");
    containerEvent(context.store, record, "die", {
      execDuration: String(seconds),
      exitCode: String(exit.exitCode),
    });
  });
  return ended;
}

/**
 * Gives back what a run of a container holds: runtime state and cgroup, network, mounts, sockets.
 * Idempotent; every part is tried even when another fails.
 */
export async function releaseContainer(context: ContainerContext, record: ContainerRecord): Promise<void> {
  const { id } = record;
  const paths = containerPaths(context.store, id);
  const parts = await Promise.allSettled([
    context.runtime(record.hostConfig.Runtime).delete(id, { force: true }),
    context.networks.release(id),
    releaseMounts(context, record),
  ]);
  removeRunFolder(paths.runFolder);
  const failed = parts.find((part) => part.status === "rejected");
  if (failed !== undefined) throw failed.reason;
}
