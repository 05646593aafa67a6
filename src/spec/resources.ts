import type { HostFacts } from "./host-facts.ts";
import type { HostConfig, Resources } from "./types.ts";

const NO_BLOCK_WEIGHT =
  "Your kernel does not support Block I/O weight or the cgroup is not mounted. Weight discarded.";
const NO_BLOCK_WEIGHT_DEVICE =
  "Your kernel does not support Block I/O weight_device or the cgroup is not mounted. Weight-device discarded.";
const NO_SWAPPINESS =
  "Your kernel does not support memory swappiness capabilities or the cgroup is not mounted. Memory swappiness discarded.";
const NO_OOM_KILL_DISABLE = "Your kernel does not support OomKillDisable. OomKillDisable discarded.";
const OOM_WITHOUT_LIMIT =
  "OOM killer is disabled for the container, but no memory limit is set, this can result in the system running out of resources.";

/** Limits with Docker's stored defaults, less what this machine cannot do; `warnings` says what that was. */
export function toResources(
  asked: Partial<HostConfig>,
  facts: Pick<HostFacts, "cgroup" | "blockWeight">,
): { readonly resources: Resources; readonly warnings: readonly string[] } {
  const warnings: string[] = [];
  const keep = <T>(value: T, unsupported: boolean, instead: T, warning: string): T => {
    if (!unsupported) return value;
    warnings.push(warning);
    return instead;
  };
  const swappiness = asked.MemorySwappiness ?? -1;
  const isUnified = facts.cgroup === 2;
  const weight = asked.BlkioWeight ?? 0;
  const weights = asked.BlkioWeightDevice ?? [];
  const noOomKill = asked.OomKillDisable ?? (isUnified ? null : false);
  const memory = asked.Memory ?? 0;
  if (noOomKill && memory === 0 && !isUnified) warnings.push(OOM_WITHOUT_LIMIT);
  const resources: Resources = {
    CpuShares: asked.CpuShares ?? 0,
    Memory: memory,
    NanoCpus: asked.NanoCpus ?? 0,
    CgroupParent: asked.CgroupParent ?? "",
    BlkioWeight: keep(weight, weight > 0 && !facts.blockWeight, 0, NO_BLOCK_WEIGHT),
    BlkioWeightDevice: keep(weights, weights.length > 0 && !facts.blockWeight, [], NO_BLOCK_WEIGHT_DEVICE),
    BlkioDeviceReadBps: asked.BlkioDeviceReadBps ?? [],
    BlkioDeviceWriteBps: asked.BlkioDeviceWriteBps ?? [],
    BlkioDeviceReadIOps: asked.BlkioDeviceReadIOps ?? [],
    BlkioDeviceWriteIOps: asked.BlkioDeviceWriteIOps ?? [],
    CpuPeriod: asked.CpuPeriod ?? 0,
    CpuQuota: asked.CpuQuota ?? 0,
    CpuRealtimePeriod: asked.CpuRealtimePeriod ?? 0,
    CpuRealtimeRuntime: asked.CpuRealtimeRuntime ?? 0,
    CpusetCpus: asked.CpusetCpus ?? "",
    CpusetMems: asked.CpusetMems ?? "",
    Devices: asked.Devices ?? [],
    DeviceCgroupRules: asked.DeviceCgroupRules ?? null,
    MemoryReservation: asked.MemoryReservation ?? 0,
    // Unlike the kernel, Docker's number holds memory and swap together, and twice the memory when not given.
    MemorySwap: memory > 0 && !asked.MemorySwap ? memory * 2 : (asked.MemorySwap ?? 0),
    MemorySwappiness: keep(
      swappiness < 0 ? null : swappiness,
      swappiness >= 0 && isUnified,
      null,
      NO_SWAPPINESS,
    ),
    OomKillDisable: keep(noOomKill, noOomKill === true && isUnified, null, NO_OOM_KILL_DISABLE),
    PidsLimit: (asked.PidsLimit ?? 0) > 0 ? (asked.PidsLimit ?? null) : null,
    Ulimits: asked.Ulimits ?? [],
  };
  return { resources, warnings };
}
