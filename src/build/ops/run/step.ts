import { mkdirSync, rmSync } from "node:fs";
import { join } from "node:path";
import { namesIn, removePlace, unmount } from "../../../host/index.ts";
import type { Runtime } from "../../../runtime/index.ts";
import { cgroupPath, type HostConfig, hostFacts, toHostConfig } from "../../../spec/index.ts";
import type { Store } from "../../../store/index.ts";
import type { RunDefinition } from "../../graph/definition.ts";
import type { StepLimits } from "../../request.ts";
import type { RoomContext } from "../../room-context.ts";
import type { OpContext } from "../op.ts";
import type { StepSnapshot } from "../step-snapshot.ts";

/** One RUN step while it is executed. */
export interface Step {
  /** Of its container. */
  readonly id: string;
  readonly definition: RunDefinition;
  readonly context: OpContext;
  readonly snapshot: StepSnapshot;
  readonly runtime: Runtime;
  readonly hostConfig: HostConfig;
  readonly cgroup: string;
  readonly folders: StepFolders;
}

/** What a step has below the run folder. */
export interface StepFolders {
  /** With the runtime's `config.json`. */
  readonly bundle: string;
  /** What is mounted into the step is mounted here first, each at a name of its own. */
  readonly mounts: string;
  /** Secrets, in memory. */
  readonly secrets: string;
}

/** Where everything of step `id` lies; nothing is made. */
export function stepFolders(store: Store, id: string): StepFolders {
  const bundle = join(store.run, "steps", id);
  return { bundle, mounts: join(bundle, "mounts"), secrets: join(bundle, "secrets") };
}

/** What a step on its snapshot is; nothing is made. */
export function toStep(context: OpContext, definition: RunDefinition, snapshot: StepSnapshot): Step {
  const { key: id } = snapshot;
  const runtime = context.runtime("");
  const hostConfig = toStepHostConfig(context.request.limits, definition, runtime.name);
  const folders = stepFolders(context.store, id);
  const cgroup = cgroupPath({ id, hostConfig });
  return { id, definition, context, snapshot, runtime, hostConfig, cgroup, folders };
}

/** Makes the folders of a step. */
export function makeFolders({ folders }: Step): void {
  mkdirSync(folders.mounts, { recursive: true, mode: 0o711 });
}

/** Takes away everything of a step but its snapshot: processes, network, mounts, files. Idempotent, also after a crash. */
export async function removeStep(
  context: Pick<RoomContext, "store" | "networks" | "runtime">,
  { id, cgroup }: Pick<Step, "id" | "cgroup">,
): Promise<void> {
  await context.runtime("").endRun({ id, cgroup });
  await context.networks.release(id);
  const folders = stepFolders(context.store, id);
  for (const name of namesIn(folders.mounts)) removePlace(join(folders.mounts, name));
  while (unmount(folders.secrets, { detach: true }));
  rmSync(folders.bundle, { recursive: true, force: true });
}

/** A step is a container that asks for nothing but its limits. */
function toStepHostConfig(limits: StepLimits, { security }: RunDefinition, runtime: string): HostConfig {
  const asked = {
    Memory: limits.memory,
    MemorySwap: limits.memorySwap,
    CpuShares: limits.cpuShares,
    CpuPeriod: limits.cpuPeriod,
    CpuQuota: limits.cpuQuota,
    CpusetCpus: limits.cpusetCpus,
    CpusetMems: limits.cpusetMems,
    ShmSize: limits.shmSize,
    Ulimits: limits.ulimits,
    CgroupParent: limits.cgroupParent,
    Privileged: security === "insecure",
  };
  const containerId = (name: string): string => name;
  return toHostConfig(asked, { facts: hostFacts(), runtime, containerId }).hostConfig;
}
