import { EngineError, isEngineError } from "../base/index.ts";
import { type ContainerContext, containerEvent, withContainer } from "./context.ts";
import { notRunning } from "./errors.ts";
import type { ContainerRecord } from "./record.ts";
import { isRunning, transition } from "./state.ts";
import { findById, findContainer, saveContainer } from "./table.ts";

/** Freezes all processes of a running container. */
export async function pauseContainer(context: ContainerContext, name: string): Promise<void> {
  const { id } = findContainer(context.store, name);
  await withContainer(context, id, async () => {
    const record = findContainer(context.store, id);
    if (record.state.status === "paused") {
      throw new EngineError("conflict", `Container ${record.id} is already paused`);
    }
    if (!isRunning(record.state)) throw notRunning(record);
    await context.runtime(record.hostConfig.Runtime).pause(id);
    save(context, record, "paused", "pause");
  });
}

/** Lets a paused container go on. */
export async function unpauseContainer(context: ContainerContext, name: string): Promise<void> {
  const { id } = findContainer(context.store, name);
  await withContainer(context, id, async () => {
    const record = findContainer(context.store, id);
    if (record.state.status !== "paused") {
      throw new EngineError("conflict", `Container ${record.id} is not paused`);
    }
    await context.runtime(record.hostConfig.Runtime).resume(id);
    save(context, record, "unpaused", "unpause");
  });
}

/** Kind of the lease on a container that is paused only for as long as a command works on it. */
export const FROZEN_LEASE = "frozen";

/** Lets a container go on if it is paused and there. */
export async function thawContainer(context: ContainerContext, id: string): Promise<void> {
  if (findById(context.store, id)?.state.status !== "paused") return;
  await unpauseContainer(context, id).catch((error: unknown) => {
    // Somebody else was faster.
    if (!isEngineError(error, "conflict") && !isEngineError(error, "notFound")) throw error;
  });
}

function save(
  context: ContainerContext,
  record: ContainerRecord,
  kind: "paused" | "unpaused",
  action: string,
): void {
  context.store.transaction(() => {
    saveContainer(context.store, { ...record, state: transition(record.state, { kind }) });
    containerEvent(context.store, record, action);
  });
}
