import { EngineError, withWords } from "../base/index.ts";
import { type ContainerContext, containerEvent, withContainer } from "./context.ts";
import { checkName } from "./create/index.ts";
import { connectOptions } from "./network.ts";
import type { ContainerRecord } from "./record.ts";
import { checkNameFree, findContainer, saveContainer } from "./table.ts";

const ALLOCATING = "Error when allocating new name";

/** Gives a container another name, running or not. */
export async function renameContainer(context: ContainerContext, name: string, to: string): Promise<void> {
  const { store } = context;
  const { id } = findContainer(store, name);
  if (to === "") throw new EngineError("invalidArgument", "Neither old nor new names may be empty");
  const fresh = to.startsWith("/") ? to.slice(1) : to;
  await withContainer(context, id, async () => {
    const record = findContainer(store, id);
    if (record.name === fresh) {
      throw new EngineError("invalidArgument", "Renaming a container with the same name as its current name");
    }
    withWords(ALLOCATING, () => checkName(fresh, `/${fresh}`));
    store.transaction(() => {
      withWords(ALLOCATING, () => checkNameFree(store, fresh));
      const renamed = { ...record, name: fresh };
      saveContainer(store, renamed);
      containerEvent(store, renamed, "rename", { oldName: `/${record.name}` });
    });
    if (record.network !== null) await tellNetworks(context, { ...record, name: fresh });
  });
}

/** Other containers find it by its new name from now on. */
async function tellNetworks({ networks }: ContainerContext, record: ContainerRecord): Promise<void> {
  await networks.rename(record.id, {
    containerName: record.name,
    names: (request) => connectOptions(record, request).names ?? [],
  });
}
