import { rmSync } from "node:fs";
import { acquireLock, type Lock } from "../host/index.ts";
import type { ImageTable } from "../image/index.ts";
import type { Networks } from "../network/index.ts";
import type { Runtime } from "../runtime/index.ts";
import type { Layers } from "../snapshot/index.ts";
import { recordEvent, type Store } from "../store/index.ts";
import type { Volumes } from "../volume/index.ts";
import type { Output } from "./attach.ts";
import { containerPaths } from "./paths.ts";
import type { ContainerRecord } from "./record.ts";

/** What the container room stands on; one for each open engine. */
export interface ContainerContext {
  readonly store: Store;
  readonly layers: Layers;
  readonly images: ImageTable;
  readonly networks: Networks;
  readonly volumes: Volumes;
  /** Picks the OCI runtime; an empty name means the default. */
  readonly runtime: (name: string) => Runtime;
  /** Attachments that wait for their container to be created, by container ID. */
  readonly waiting: Map<string, Output[]>;
}

/** Runs `section` while no other process or call changes container `id`. */
export async function withContainer<T>(
  context: ContainerContext,
  id: string,
  section: () => Promise<T>,
): Promise<T> {
  const path = containerPaths(context.store, id).lock;
  const lock: Lock = await acquireLock(path);
  try {
    return await section();
  } finally {
    if (context.store.row("SELECT 1 FROM containers WHERE id = ?", id) === undefined)
      rmSync(path, { force: true });
    lock.release();
  }
}

/** Records what happened to a container, with its labels, image and name as Docker's events have them. */
export function containerEvent(
  store: Store,
  record: ContainerRecord,
  action: string,
  attributes: Readonly<Record<string, string>> = {},
): void {
  const { config, name, id } = record;
  recordEvent(store, {
    type: "container",
    action,
    actor: id,
    attributes: { ...config.Labels, image: config.Image, name, ...attributes },
  });
}
