import { type CallOptions, throwIfAborted } from "../base/index.ts";
import type { Store } from "../store/index.ts";
import { type Bell, ringOnChange } from "./bell.ts";
import type { ContainerContext } from "./context.ts";
import { exitRequest, finishContainer, toRunningProcess } from "./finish.ts";
import type { ContainerRecord } from "./record.ts";
import { processOf } from "./state.ts";
import { findById, findContainer } from "./table.ts";

/** When a wait is over. */
export type WaitCondition = "not-running" | "next-exit" | "removed";

interface WaitOptions extends CallOptions {
  readonly condition: WaitCondition;
}

/** Waits until the condition holds and resolves with the exit code of the last run. */
export async function waitContainer(
  context: ContainerContext,
  name: string,
  options: WaitOptions,
): Promise<number> {
  const { id, finishedAt } = findContainer(context.store, name);
  for (;;) {
    await rest(context.store, id, { ...options, finishedAt });
    const record = await settle(context, id, options);
    if (record === undefined) return lastExitCode(context.store, id);
    if (isOver(record, options.condition, finishedAt)) return record.exitCode;
  }
}

/** Waits while the container neither runs nor is what is waited for: until somebody changes the store. */
async function rest(
  store: Store,
  id: string,
  options: WaitOptions & { readonly finishedAt: string },
): Promise<void> {
  const atRest = (): boolean => {
    throwIfAborted(options);
    const record = findById(store, id);
    if (record === undefined || processOf(record.state) !== undefined) return false;
    return !isOver(record, options.condition, options.finishedAt);
  };
  if (!atRest()) return;
  const bell = ringOnStoreChange(store, options.signal);
  try {
    for (;;) {
      const changed = bell.next();
      if (!atRest()) return;
      await changed;
    }
  } finally {
    bell.close();
  }
}

/** Waits for the current run, if there is one, to end. */
async function settle(
  context: ContainerContext,
  id: string,
  options: CallOptions,
): Promise<ContainerRecord | undefined> {
  const record = findById(context.store, id);
  const process = record === undefined ? undefined : processOf(record.state);
  if (record === undefined || process === undefined) return record;
  const runtime = context.runtime(record.hostConfig.Runtime);
  await runtime.waitExit(exitRequest(context, id, process), options);
  const finished = await finishContainer(context, id);
  if (finished?.state.status !== "restarting") runtime.dismiss(toRunningProcess(process));
  return finished;
}

function isOver(record: ContainerRecord, condition: WaitCondition, finishedBefore: string): boolean {
  if (condition === "removed" || processOf(record.state) !== undefined) return false;
  if (condition === "next-exit") return record.finishedAt !== finishedBefore;
  return record.state.status !== "restarting";
}

/** The exit code that the events remember of a container that is gone; 0 if it never ran. */
function lastExitCode(store: Store, id: string): number {
  const row = store.row<{ attributes: string }>(
    "SELECT attributes FROM events WHERE actor = ? AND action = 'die' ORDER BY seq DESC LIMIT 1",
    id,
  );
  if (row === undefined) return 0;
  const { exitCode } = JSON.parse(row.attributes) as { exitCode?: string };
  return Number(exitCode ?? 0);
}

/** Rings whenever a transaction of any process reaches the database's log. */
export function ringOnStoreChange(store: Store, signal?: AbortSignal): Bell {
  return ringOnChange({
    folder: store.root,
    ...(signal === undefined ? {} : { signal }),
  });
}
