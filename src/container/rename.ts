import { EngineError } from "../base/index.ts";
import { type ContainerContext, containerEvent, withContainer } from "./context.ts";
import { checkName } from "./create/index.ts";
import { checkNameFree, findContainer, saveContainer } from "./table.ts";

/** Gives a container another name, running or not. */
export async function renameContainer(context: ContainerContext, name: string, to: string): Promise<void> {
  const { store } = context;
  const { id } = findContainer(store, name);
  const fresh = to.startsWith("/") ? to.slice(1) : to;
  if (fresh === "") throw new EngineError("invalidArgument", "Neither old nor new names may be empty");
  checkName(fresh);
  await withContainer(context, id, async () => {
    const record = findContainer(store, id);
    if (record.name === fresh) {
      throw new EngineError("invalidArgument", "Renaming a container with the same name as its current name");
    }
    store.transaction(() => {
      checkNameFree(store, fresh);
      const renamed = { ...record, name: fresh };
      saveContainer(store, renamed);
      containerEvent(store, renamed, "rename", { oldName: `/${record.name}` });
    });
  });
}
