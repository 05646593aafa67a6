import { EngineError } from "../base/index.ts";
import { type ContainerContext, containerEvent, withContainer } from "./context.ts";
import { notRunning } from "./errors.ts";
import type { ContainerRecord } from "./record.ts";
import { isRunning, transition } from "./state.ts";
import { findContainer, saveContainer } from "./table.ts";

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
