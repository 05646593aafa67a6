import { isEngineError } from "../base/index.ts";
import { type ContainerContext, containerEvent } from "./context.ts";
import { startContainer } from "./start.ts";
import { type StopRequest, stopContainer } from "./stop.ts";
import { findContainer } from "./table.ts";

/** Stops a container if it runs, and starts it. */
export async function restartContainer(
  context: ContainerContext,
  name: string,
  request: StopRequest = {},
): Promise<void> {
  const { id } = findContainer(context.store, name);
  try {
    await stopContainer(context, id, request);
  } catch (error) {
    if (!isEngineError(error, "notModified")) throw error;
  }
  await startContainer(context, id);
  containerEvent(context.store, findContainer(context.store, id), "restart");
}
