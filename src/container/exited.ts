import { isEngineError, nowNs, parseTime } from "../base/index.ts";
import { endLease } from "../store/index.ts";
import { type ContainerContext, withContainer } from "./context.ts";
import { finishContainer } from "./finish.ts";
import type { ContainerRecord } from "./record.ts";
import { claimRestart } from "./restart-claim.ts";
import { restartDelay } from "./restart-policy.ts";
import { startLocked } from "./start.ts";
import { transition } from "./state.ts";
import { findById, saveContainer } from "./table.ts";
import { ringOnStoreChange } from "./wait.ts";

/**
 * What conmon calls when a container's process has ended: records the end, cleans up, and starts the container
 * again after a delay when its restart policy says so.
 */
export async function containerExited(context: ContainerContext, id: string): Promise<void> {
  let record = await finishContainer(context, id);
  while (record?.state.status === "restarting") {
    const lease = claimRestart(context.store, id);
    if (lease === undefined) return;
    try {
      if (await backOff(context, record)) {
        const { finishedAt } = record;
        await withContainer(context, id, async () => {
          await restart(context, id, finishedAt);
          // Before the lock goes: whoever records the next end must be free to claim the next start.
          endLease(context.store, lease);
        });
      }
    } finally {
      endLease(context.store, lease);
    }
    // A start by the user and a new end may have come while we held the claim.
    record = findById(context.store, id);
  }
}

/** Waits until the restart is due; false when somebody stopped, started or removed the container meanwhile. */
async function backOff({ store }: ContainerContext, record: ContainerRecord): Promise<boolean> {
  const due = new AbortController();
  const timer = setTimeout(() => due.abort(), remaining(record));
  const bell = ringOnStoreChange(store, due.signal);
  try {
    for (;;) {
      const changed = bell.next();
      if (!stillWaits(findById(store, record.id), record.finishedAt)) return false;
      if (due.signal.aborted) return true;
      await changed;
    }
  } finally {
    clearTimeout(timer);
    bell.close();
  }
}

function remaining(record: ContainerRecord): number {
  const started = parseTime(record.startedAt) ?? 0n;
  const finished = parseTime(record.finishedAt) ?? 0n;
  const delay = restartDelay(record.restartCount, Number(finished - started) / 1e6);
  return Math.min(delay, Math.max(0, delay - Number(nowNs() - finished) / 1e6));
}

function stillWaits(record: ContainerRecord | undefined, finishedAt: string): record is ContainerRecord {
  return record?.state.status === "restarting" && record.finishedAt === finishedAt;
}

async function restart(context: ContainerContext, id: string, finishedAt: string): Promise<void> {
  if (!stillWaits(findById(context.store, id), finishedAt)) return;
  try {
    await startLocked(context, id, { byPolicy: true });
  } catch (error) {
    if (!isEngineError(error)) throw error;
    const failed = findById(context.store, id);
    if (failed === undefined) return;
    saveContainer(context.store, { ...failed, state: transition(failed.state, { kind: "exited" }) });
  }
}
