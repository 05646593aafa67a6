import type { FlagValues } from "../../../flags/flag.ts";
import type { RequestHostConfig } from "../../../values/engine-types.ts";
import type { RESOURCE_FLAGS } from "../flags/resource-flags.ts";
import { given, numberOf, textOf } from "./given.ts";

/** The limits that the flags give; `update` uses it too. */
export function toResources(flags: FlagValues<typeof RESOURCE_FLAGS>): Partial<RequestHostConfig> {
  return given<RequestHostConfig>({
    CpuShares: numberOf(flags["cpu-shares"]),
    Memory: numberOf(flags.memory),
    NanoCpus: numberOf(flags.cpus),
    BlkioWeight: numberOf(flags["blkio-weight"]),
    CpuPeriod: numberOf(flags["cpu-period"]),
    CpuQuota: numberOf(flags["cpu-quota"]),
    CpuRealtimePeriod: numberOf(flags["cpu-rt-period"]),
    CpuRealtimeRuntime: numberOf(flags["cpu-rt-runtime"]),
    CpusetCpus: textOf(flags["cpuset-cpus"]),
    CpusetMems: textOf(flags["cpuset-mems"]),
    MemoryReservation: numberOf(flags["memory-reservation"]),
    MemorySwap: numberOf(flags["memory-swap"]),
    PidsLimit: numberOf(flags["pids-limit"]),
  });
}
