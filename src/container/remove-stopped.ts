import { rmSync } from "node:fs";
import { join } from "node:path";
import { endLease, takeLease } from "../store/index.ts";
import { type ContainerContext, containerEvent } from "./context.ts";
import { containerPaths, exitFolder } from "./paths.ts";
import type { ContainerRecord } from "./record.ts";
import { removeRunFolder } from "./remove-run-folder.ts";
import { transition } from "./state.ts";
import { deleteContainer, saveContainer } from "./table.ts";

/** Kinds of the lease on a container that is being removed, without and with its anonymous volumes. */
export const REMOVE_LEASES = { keep: "remove", volumes: "remove-volumes" } as const;

/**
 * Removes a container that does not run, with its files; the caller holds its lock. The record goes last,
 * so that a crash in between leaves a container that can be removed again; one that fails leaves it `dead`.
 */
export async function removeStopped(
  context: ContainerContext,
  record: ContainerRecord,
  { volumes }: { readonly volumes: boolean },
): Promise<void> {
  const { store } = context;
  const removing = { ...record, state: transition(record.state, { kind: "removing" }) };
  const lease = store.transaction(() => {
    saveContainer(store, removing);
    return takeLease(store, volumes ? REMOVE_LEASES.volumes : REMOVE_LEASES.keep, record.id);
  });
  const paths = containerPaths(store, record.id);
  try {
    await context.layers.snapshots.unmount(paths.rootfs);
    await context.layers.removeSnapshot(record.id);
    removeRunFolder(paths.runFolder);
    rmSync(join(exitFolder(store), record.id), { force: true });
    rmSync(paths.folder, { recursive: true, force: true });
    const discardVolumes = store.transaction(() => {
      const discard = context.volumes.release(record.id, { removeAnonymous: volumes });
      deleteContainer(store, record.id);
      containerEvent(store, record, "destroy");
      endLease(store, lease);
      return discard;
    });
    discardVolumes();
  } catch (error) {
    store.transaction(() => {
      saveContainer(store, { ...removing, state: transition(removing.state, { kind: "removalFailed" }) });
      endLease(store, lease);
    });
    throw error;
  }
}
