import { EngineError } from "../base/index.ts";
import { type ContainerContext, withContainer } from "./context.ts";
import { finishLocked, releaseContainer } from "./finish.ts";
import type { ContainerRecord } from "./record.ts";
import { removeStopped } from "./remove-stopped.ts";
import { isRunning } from "./state.ts";
import { killContainer } from "./stop.ts";
import { findById, findContainer } from "./table.ts";

/** How to remove. */
export interface RemoveRequest {
  /** Kill it first if it runs. */
  readonly force?: boolean;
  /** Remove its anonymous volumes as well. */
  readonly volumes?: boolean;
}

/** Removes a container. Throws `conflict` with Docker's text when it runs and `force` is not set. */
export async function removeContainer(
  context: ContainerContext,
  name: string,
  request: RemoveRequest = {},
): Promise<void> {
  const found = findContainer(context.store, name);
  for (;;) {
    if (request.force) await killContainer(context, found.id).catch(ignoreEnded);
    if (await removeEnded(context, found.id, { ...request, name })) return;
    // Somebody started it just now.
  }
}

/** Removes the container if it does not run; false when it does and is to be killed. */
async function removeEnded(
  context: ContainerContext,
  id: string,
  request: RemoveRequest & { readonly name: string },
): Promise<boolean> {
  return await withContainer(context, id, async () => {
    const record = await finishLocked(context, id);
    if (record === undefined) return true;
    const up = isRunning(record.state);
    if ((up || record.state.status === "restarting") && !request.force) throw stillUp(record, request.name);
    if (up) return false;
    if (record.state.status === "dead" || record.state.status === "removing")
      await releaseContainer(context, record);
    await removeStopped(context, resting(record), { volumes: request.volumes ?? false });
    return true;
  });
}

/** A removal that was cut off starts again from a state that can be removed. */
function resting(record: ContainerRecord): ContainerRecord {
  return { ...record, state: { status: "exited" } };
}

function stillUp({ state: { status: state } }: ContainerRecord, name: string): EngineError {
  const advice =
    state === "paused"
      ? "container is paused and must be unpaused first"
      : `container is ${state}: stop the container before removing or force remove`;
  return new EngineError("conflict", `cannot remove container "${name}": ${advice}`);
}

function ignoreEnded(error: unknown): void {
  if (error instanceof EngineError && (error.kind === "conflict" || error.kind === "notFound")) return;
  throw error;
}

/** True while a container with this ID is recorded. */
export function exists(context: ContainerContext, id: string): boolean {
  return findById(context.store, id) !== undefined;
}
