import { readFileSync, rmdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { errorText, ZERO_TIME } from "../base/index.ts";
import { everyCgroupFolder } from "../host/index.ts";
import { cgroupPath } from "../spec/index.ts";
import { bootId, deadLeases, endLease, type Lease, type Store } from "../store/index.ts";
import { startAttendant } from "./attend.ts";
import { type ContainerContext, withContainer } from "./context.ts";
import { discard } from "./create.ts";
import { endLaunch } from "./end-launch.ts";
import { EXEC_LEASE, execFolder } from "./exec.ts";
import { finishContainer, releaseContainer } from "./finish.ts";
import { containerPaths } from "./paths.ts";
import { FROZEN_LEASE, thawContainer } from "./pause.ts";
import type { ContainerRecord } from "./record.ts";
import { removeRunFolder } from "./remove-run-folder.ts";
import { REMOVE_LEASES, removeStopped } from "./remove-stopped.ts";
import { NETWORK_LEASE, undoNetworkChange } from "./repair-network.ts";
import { ensureRestarter, RESTART_DUE_LEASE, RESTART_LEASE } from "./restart-claim.ts";
import { processOf, transition } from "./state.ts";
import { findById, listContainers, saveContainer } from "./table.ts";

/** Undoes what processes that died were doing to containers, and brings back what a reboot has ended. */
export async function repairContainers(context: ContainerContext): Promise<void> {
  const { store } = context;
  for (const lease of deadLeases(store, "start")) await attempt(lease, () => undoStart(context, lease));
  for (const lease of deadLeases(store, "container")) {
    await attempt(lease, async () => {
      await discard(context, lease.path);
      endLease(store, lease);
    });
  }
  for (const lease of deadLeases(store, EXEC_LEASE)) {
    await endLaunch(execFolder(store, lease.path));
    removeRunFolder(execFolder(store, lease.path));
    store.transaction(() => {
      store.change("DELETE FROM execs WHERE id = ?", lease.path);
      endLease(store, lease);
    });
  }
  for (const kind of Object.values(REMOVE_LEASES)) {
    for (const lease of deadLeases(store, kind)) await attempt(lease, () => removeAgain(context, lease));
  }
  for (const lease of deadLeases(store, FROZEN_LEASE)) {
    await attempt(lease, async () => {
      await thawContainer(context, lease.path);
      endLease(store, lease);
    });
  }
  if (isFirstOfBoot(store)) await settleBoot(context);
  for (const lease of deadLeases(store, NETWORK_LEASE)) {
    await attempt(lease, () => undoNetworkChange(context, lease));
  }
  for (const lease of [RESTART_DUE_LEASE, RESTART_LEASE].flatMap((kind) => deadLeases(store, kind))) {
    endLease(store, lease);
    const record = findById(store, lease.path);
    if (record !== undefined) ensureRestarter(store, record);
  }
}

/** One repair that fails must not keep every later command from working. */
async function attempt(lease: Lease, section: () => Promise<void>): Promise<void> {
  try {
    await section();
  } catch (error) {
    if (process.env.STRAKE_DEBUG) {
      console.error(`cannot undo ${lease.kind} of ${lease.path}: ${errorText(error)}`);
    }
  }
}

/** Undoes a start that its process did not live to finish; the container is as it was before. */
async function undoStart(context: ContainerContext, lease: Lease): Promise<void> {
  const { store } = context;
  await withContainer(context, lease.path, async () => {
    const record = findById(store, lease.path);
    if (record === undefined) await endLaunch(containerPaths(store, lease.path).runFolder);
    else if (processOf(record.state) === undefined) await takeBack(context, record);
    else startAttendant(store, record);
    endLease(store, lease);
  });
}

async function takeBack(context: ContainerContext, record: ContainerRecord): Promise<void> {
  await endLaunch(containerPaths(context.store, record.id).runFolder);
  await releaseContainer(context, record);
  removeCgroup(record);
  if (record.hostConfig.AutoRemove) await removeStopped(context, record, { volumes: true });
}

async function removeAgain(context: ContainerContext, lease: Lease): Promise<void> {
  const { store } = context;
  await withContainer(context, lease.path, async () => {
    const record = findById(store, lease.path);
    if (record?.state.status === "removing") {
      await releaseContainer(context, record);
      const volumes = lease.kind === REMOVE_LEASES.volumes;
      await removeStopped(context, { ...record, state: { status: "exited" } }, { volumes });
    }
    endLease(store, lease);
  });
}

/** The runtime removes the cgroup by its own state, which a launch that was cut off may not have written yet. */
function removeCgroup(record: ContainerRecord): void {
  for (const folder of everyCgroupFolder(cgroupPath(record))) {
    try {
      rmdirSync(folder);
    } catch {
      // It was never made, or is removed already.
    }
  }
}

function bootFile(store: Store): string {
  return join(store.run, "boot");
}

/** True when nothing has been repaired since the machine started (or the run folder was lost). */
export function isFirstOfBoot(store: Store): boolean {
  try {
    return readFileSync(bootFile(store), "utf8") !== bootId();
  } catch {
    return true;
  }
}

/** Records the end of everything that the last boot took along; `always` brings even stopped containers back, as Docker's start does. */
async function settleBoot(context: ContainerContext): Promise<void> {
  const { store } = context;
  for (const { id } of listContainers(store)) {
    try {
      if ((await finishContainer(context, id)) === undefined) continue;
      const record = await withContainer(context, id, async () => reviveAlways(store, id));
      if (record !== undefined) ensureRestarter(store, record);
    } catch (error) {
      if (process.env.STRAKE_DEBUG) console.error(`cannot settle ${id}: ${errorText(error)}`);
    }
  }
  writeFileSync(bootFile(store), bootId());
}

function reviveAlways(store: Store, id: string): ContainerRecord | undefined {
  const record = findById(store, id);
  if (record === undefined || record.state.status !== "exited" || record.startedAt === ZERO_TIME)
    return record;
  if (record.hostConfig.RestartPolicy.Name !== "always") return record;
  const revived: ContainerRecord = { ...record, state: transition(record.state, { kind: "willRestart" }) };
  saveContainer(store, revived);
  return revived;
}
