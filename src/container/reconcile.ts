import type { ContainerContext } from "./context.ts";
import { exitRequest, finishContainer } from "./finish.ts";
import type { ContainerRecord } from "./record.ts";
import { ensureRestarter } from "./restart-claim.ts";
import { processOf } from "./state.ts";

/**
 * Brings records up to date with what really runs: a container whose process ended while nobody was there
 * to record it (its exit command was killed, the machine went down) is finished now, and one that is to be started
 * again gets someone who does. Costs one file check a running container.
 */
export async function reconcile(
  context: ContainerContext,
  records: readonly ContainerRecord[],
): Promise<ContainerRecord[]> {
  const settled = await Promise.all(records.map((record) => reconcileOne(context, record)));
  return settled.filter((record) => record !== undefined);
}

async function reconcileOne(
  context: ContainerContext,
  record: ContainerRecord,
): Promise<ContainerRecord | undefined> {
  const process = processOf(record.state);
  if (process === undefined) {
    ensureRestarter(context.store, record);
    return record;
  }
  const runtime = context.runtime(record.hostConfig.Runtime);
  if (runtime.readExit(exitRequest(context, record.id, process)) === undefined) return record;
  const finished = await finishContainer(context, record.id);
  if (finished !== undefined) ensureRestarter(context.store, finished);
  return finished;
}
