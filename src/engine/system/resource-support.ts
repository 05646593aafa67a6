import { existsSync, readFileSync } from "node:fs";
import { cgroupFacts, cgroupFoldersOf } from "../../host/index.ts";

/** Which limits this machine can set for containers. */
export interface ResourceSupport {
  readonly memory: boolean;
  readonly swap: boolean;
  readonly kernelMemoryTcp: boolean;
  readonly oomKillDisable: boolean;
  readonly cpuPeriod: boolean;
  readonly cpuQuota: boolean;
  readonly cpuShares: boolean;
  readonly cpuSet: boolean;
  readonly pids: boolean;
  readonly ipv4Forwarding: boolean;
}

/** Looks at the control groups of this machine. */
export function resourceSupport(): ResourceSupport {
  const limits = cgroupFacts().version === 2 ? unifiedLimits() : legacyLimits();
  return { ...limits, ipv4Forwarding: readFlag("/proc/sys/net/ipv4/ip_forward") };
}

type Limits = Omit<ResourceSupport, "ipv4Forwarding">;

function unifiedLimits(): Limits {
  const { controllers } = cgroupFacts();
  const has = (name: string) => controllers.includes(name);
  return {
    memory: has("memory"),
    // The root of the tree has no limits to look at.
    swap: existsSync(`${cgroupFoldersOf(process.pid).get("")}/memory.swap.max`),
    kernelMemoryTcp: false,
    oomKillDisable: false,
    cpuPeriod: has("cpu"),
    cpuQuota: has("cpu"),
    cpuShares: has("cpu"),
    cpuSet: has("cpuset"),
    pids: has("pids"),
  };
}

function legacyLimits(): Limits {
  const { mountpoints } = cgroupFacts();
  const has = (controller: string, file: string) => existsSync(`${mountpoints.get(controller)}/${file}`);
  return {
    memory: has("memory", "memory.limit_in_bytes"),
    swap: has("memory", "memory.memsw.limit_in_bytes"),
    kernelMemoryTcp: has("memory", "memory.kmem.tcp.limit_in_bytes"),
    oomKillDisable: has("memory", "memory.oom_control"),
    cpuPeriod: has("cpu", "cpu.cfs_period_us"),
    cpuQuota: has("cpu", "cpu.cfs_quota_us"),
    cpuShares: has("cpu", "cpu.shares"),
    cpuSet: has("cpuset", "cpuset.cpus"),
    pids: mountpoints.has("pids"),
  };
}

function readFlag(path: string): boolean {
  try {
    return readFileSync(path, "utf8").trim() === "1";
  } catch {
    return false;
  }
}

/** Docker's words for what is missing. */
export function supportWarnings(support: ResourceSupport): string[] {
  const legacy = cgroupFacts().version !== 2;
  const words: readonly (readonly [boolean, string])[] = [
    [support.memory, "No memory limit support"],
    [support.swap, "No swap limit support"],
    [support.kernelMemoryTcp || !legacy, "No kernel memory TCP limit support"],
    [support.oomKillDisable || !legacy, "No oom kill disable support"],
    [support.cpuQuota, "No cpu cfs quota support"],
    [support.cpuPeriod, "No cpu cfs period support"],
    [support.cpuShares, "No cpu shares support"],
    [support.cpuSet, "No cpuset support"],
    [support.ipv4Forwarding, "IPv4 forwarding is disabled"],
  ];
  return words.filter(([there]) => !there).map(([, text]) => `WARNING: ${text}`);
}
