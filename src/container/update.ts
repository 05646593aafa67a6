import { EngineError } from "../base/index.ts";
import type { ResourceUpdate } from "../runtime/index.ts";
import {
  type HostConfig,
  hostFacts,
  type Resources,
  type RestartPolicy,
  toHostConfig,
} from "../spec/index.ts";
import { type ContainerContext, containerEvent, withContainer } from "./context.ts";
import { validateResources, validateRestart } from "./create/index.ts";
import type { ContainerRecord } from "./record.ts";
import { changingNetwork } from "./repair-network.ts";
import { isRunning } from "./state.ts";
import { findContainer, saveContainer } from "./table.ts";
import { type PortUpdate, updatePorts } from "./update-ports.ts";

/** What `update` can change; undefined leaves a value as it is. */
export type UpdateRequest = Partial<Resources> & {
  readonly RestartPolicy?: RestartPolicy;
  readonly ports?: PortUpdate;
};

/** Changes limits, restart policy and published ports, of a running container at once. Returns warnings. */
export async function updateContainer(
  context: ContainerContext,
  name: string,
  { ports, ...request }: UpdateRequest,
): Promise<string[]> {
  const { id } = findContainer(context.store, name);
  return await withContainer(context, id, async () => {
    const record = findContainer(context.store, id);
    if (record.state.status === "removing" || record.state.status === "dead") {
      throw cannotUpdate(id, 'Container is marked for removal and cannot be "update".');
    }
    const facts = hostFacts();
    const unlimitedPids = (request.PidsLimit ?? 0) < 0;
    validateResources(request, facts);
    validateRestart(request);
    const { hostConfig, warnings } = toHostConfig(merge(record, request), {
      facts,
      runtime: record.hostConfig.Runtime,
      containerId: (other) => other,
    });
    if (isRunning(record.state) && Object.keys(request).length > 0) {
      const runtime = context.runtime(record.hostConfig.Runtime);
      await runtime.update(id, toResourceUpdate(hostConfig, unlimitedPids)).catch((error: unknown) => {
        throw cannotUpdate(id, error instanceof Error ? error.message : String(error));
      });
    }
    const limited: ContainerRecord = { ...record, hostConfig };
    const save = (updated: ContainerRecord) =>
      context.store.transaction(() => {
        saveContainer(context.store, updated);
        containerEvent(context.store, updated, "update");
      });
    if (ports === undefined) save(limited);
    else {
      await changingNetwork(context, id, async () => save(await updatePorts(context, limited, ports)));
    }
    return [...warnings];
  });
}

function merge(record: ContainerRecord, request: Omit<UpdateRequest, "ports">): HostConfig {
  const { hostConfig } = record;
  const restart = request.RestartPolicy;
  if (restart !== undefined && restart.Name !== "no" && hostConfig.AutoRemove) {
    throw cannotUpdate(
      record.id,
      "Restart policy cannot be updated because AutoRemove is enabled for the container",
    );
  }
  if (request.NanoCpus && (hostConfig.CpuQuota > 0 || hostConfig.CpuPeriod > 0)) {
    throw cannotUpdate(
      record.id,
      "Conflicting options: Nano CPUs cannot be updated as CPU Quota/Period has already been set",
    );
  }
  if ((request.CpuQuota || request.CpuPeriod) && hostConfig.NanoCpus > 0) {
    const what = request.CpuPeriod ? "Period" : "Quota";
    throw cannotUpdate(
      record.id,
      `Conflicting options: CPU ${what} cannot be updated as NanoCPUs has already been set`,
    );
  }
  const memory = request.Memory ?? 0;
  if (memory > hostConfig.MemorySwap && memory > 0 && !request.MemorySwap) {
    throw cannotUpdate(
      record.id,
      "Memory limit should be smaller than already set memoryswap limit, update the memoryswap at the same time",
    );
  }
  const given = Object.fromEntries(
    Object.entries(request).filter(([, value]) => value !== undefined && value !== 0 && value !== ""),
  );
  return { ...hostConfig, ...given };
}

function cannotUpdate(id: string, why: string): EngineError {
  return new EngineError("conflict", `Cannot update container ${id}: ${why}`);
}

function toResourceUpdate(host: HostConfig, unlimitedPids: boolean): ResourceUpdate {
  const cpu = {
    ...(host.CpuShares ? { shares: host.CpuShares } : {}),
    ...(host.NanoCpus ? { quota: Math.trunc(host.NanoCpus / 10_000), period: 100_000 } : {}),
    ...(host.CpuQuota ? { quota: host.CpuQuota } : {}),
    ...(host.CpuPeriod ? { period: host.CpuPeriod } : {}),
    ...(host.CpuRealtimeRuntime ? { realtimeRuntime: host.CpuRealtimeRuntime } : {}),
    ...(host.CpuRealtimePeriod ? { realtimePeriod: host.CpuRealtimePeriod } : {}),
    ...(host.CpusetCpus ? { cpus: host.CpusetCpus } : {}),
    ...(host.CpusetMems ? { mems: host.CpusetMems } : {}),
  };
  const memory = {
    ...(host.Memory ? { limit: host.Memory } : {}),
    ...(host.MemoryReservation ? { reservation: host.MemoryReservation } : {}),
    ...(host.MemorySwap ? { swap: host.MemorySwap } : {}),
  };
  return {
    ...(Object.keys(cpu).length > 0 ? { cpu } : {}),
    ...(Object.keys(memory).length > 0 ? { memory } : {}),
    ...(host.PidsLimit === null ? {} : { pids: { limit: host.PidsLimit } }),
    ...(unlimitedPids ? { pids: { limit: -1 } } : {}),
    ...(host.BlkioWeight ? { blockIO: { weight: host.BlkioWeight } } : {}),
  };
}
