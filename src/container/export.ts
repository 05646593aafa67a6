import type { CallOptions } from "../base/index.ts";
import { type ContainerContext, containerEvent } from "./context.ts";
import { findContainer } from "./table.ts";

/** Writes a container's whole file system, without volumes and metadata, as one tar to `fd`. */
export async function exportContainer(
  context: ContainerContext,
  name: string,
  { fd, ...call }: CallOptions & { readonly fd: number },
): Promise<void> {
  const record = findContainer(context.store, name);
  await context.layers.writeFlatTar({ key: record.id }, fd, call);
  containerEvent(context.store, record, "export");
}
