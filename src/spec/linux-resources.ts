import { EngineError, errnoOf } from "../base/index.ts";
import type {
  RuntimeDevice,
  RuntimeDeviceRule,
  RuntimeResources,
  RuntimeThrottle,
} from "../runtime/index.ts";
import { type DevicePort, resolveDevice } from "./device-nodes.ts";
import { ALL_DEVICES, DEFAULT_DEVICE_RULES, parseDeviceRule } from "./device-rules.ts";
import { DEVICE_FOLDER } from "./spec-input.ts";
import type { DeviceMapping, Resources, ThrottleDevice } from "./types.ts";

const CPU_PERIOD = 100_000;

/** The limits of a container (OCI runtime-spec, config-linux.md#control-groups); what has no limit is left out. */
export function toLinuxResources(asked: Resources, port: DevicePort): RuntimeResources {
  const memory = toMemory(asked);
  const cpu = toCpu(asked);
  const blockIO = toBlockIo(asked, port);
  return {
    ...(isEmpty(memory) ? {} : { memory }),
    ...(isEmpty(cpu) ? {} : { cpu }),
    ...(asked.PidsLimit === null ? {} : { pids: { limit: asked.PidsLimit } }),
    ...(isEmpty(blockIO) ? {} : { blockIO }),
  };
}

/** The nodes of a container and what it may do with devices. */
export function toDevices(
  {
    Privileged,
    Devices,
    DeviceCgroupRules,
  }: Pick<Resources, "Devices" | "DeviceCgroupRules"> & { readonly Privileged: boolean },
  port: DevicePort,
): { readonly devices: readonly RuntimeDevice[]; readonly rules: readonly RuntimeDeviceRule[] } {
  if (Privileged) {
    const devices = new Map(port.nodesBelow(DEVICE_FOLDER).map((node) => [node.path, node]));
    for (const node of Devices.filter(isMapped).flatMap((mapping) => resolveDevice(mapping, port))) {
      devices.set(node.path, node);
    }
    return { devices: [...devices.values()], rules: [...DEFAULT_DEVICE_RULES, ALL_DEVICES] };
  }
  const found = Devices.map((mapping) => ({ mapping, nodes: resolveDevice(mapping, port) }));
  const rules = found.flatMap(({ mapping, nodes }) =>
    nodes.map(({ type, major, minor }): RuntimeDeviceRule => {
      const access = mapping.CgroupPermissions || "rwm";
      return { allow: true, type: type === "b" ? "b" : "c", major, minor, access };
    }),
  );
  return {
    devices: found.flatMap(({ nodes }) => nodes),
    rules: [...DEFAULT_DEVICE_RULES, ...rules, ...(DeviceCgroupRules ?? []).map(parseDeviceRule)],
  };
}

// A privileged container has all nodes already, at the paths of the host.
function isMapped({ PathOnHost, PathInContainer }: DeviceMapping): boolean {
  return PathOnHost !== PathInContainer && PathInContainer !== "";
}

function toMemory(asked: Resources): NonNullable<RuntimeResources["memory"]> {
  return {
    ...(asked.Memory > 0 ? { limit: asked.Memory } : {}),
    ...(asked.MemoryReservation > 0 ? { reservation: asked.MemoryReservation } : {}),
    ...(asked.MemorySwap === 0 ? {} : { swap: asked.MemorySwap }),
    ...(asked.MemorySwappiness === null ? {} : { swappiness: asked.MemorySwappiness }),
    ...(asked.OomKillDisable ? { disableOOMKiller: true } : {}),
  };
}

function toCpu(asked: Resources): NonNullable<RuntimeResources["cpu"]> {
  const nano = asked.NanoCpus;
  const quota = nano > 0 ? Math.floor((nano * CPU_PERIOD) / 1e9) : asked.CpuQuota;
  const period = nano > 0 ? CPU_PERIOD : asked.CpuPeriod;
  return {
    ...(asked.CpuShares > 0 ? { shares: asked.CpuShares } : {}),
    ...(quota === 0 ? {} : { quota }),
    ...(period === 0 ? {} : { period }),
    ...(asked.CpuRealtimeRuntime === 0 ? {} : { realtimeRuntime: asked.CpuRealtimeRuntime }),
    ...(asked.CpuRealtimePeriod === 0 ? {} : { realtimePeriod: asked.CpuRealtimePeriod }),
    ...(asked.CpusetCpus === "" ? {} : { cpus: asked.CpusetCpus }),
    ...(asked.CpusetMems === "" ? {} : { mems: asked.CpusetMems }),
  };
}

function toBlockIo(asked: Resources, port: DevicePort): NonNullable<RuntimeResources["blockIO"]> {
  const throttles = (devices: readonly ThrottleDevice[]): RuntimeThrottle[] =>
    devices.map(({ Path: path, Rate: rate }) => ({ ...numbersOf(path, port), rate }));
  const weights = asked.BlkioWeightDevice.map(({ Path: path, Weight: weight }) => ({
    ...numbersOf(path, port),
    weight,
  }));
  const { BlkioDeviceReadBps: readBps, BlkioDeviceWriteBps: writeBps } = asked;
  const { BlkioDeviceReadIOps: readOps, BlkioDeviceWriteIOps: writeOps } = asked;
  return {
    ...(asked.BlkioWeight > 0 ? { weight: asked.BlkioWeight } : {}),
    ...(weights.length > 0 ? { weightDevice: weights } : {}),
    ...(readBps.length > 0 ? { throttleReadBpsDevice: throttles(readBps) } : {}),
    ...(writeBps.length > 0 ? { throttleWriteBpsDevice: throttles(writeBps) } : {}),
    ...(readOps.length > 0 ? { throttleReadIOPSDevice: throttles(readOps) } : {}),
    ...(writeOps.length > 0 ? { throttleWriteIOPSDevice: throttles(writeOps) } : {}),
  };
}

function numbersOf(path: string, port: DevicePort): { readonly major: number; readonly minor: number } {
  let node: RuntimeDevice | undefined;
  try {
    node = port.nodeAt(path);
  } catch (error) {
    if (errnoOf(error) !== "ENOENT") throw error;
    throw new EngineError("invalidArgument", `stat ${path}: no such file or directory`, { cause: error });
  }
  if (node === undefined) throw new EngineError("invalidArgument", `${path}: not a device node`);
  return { major: node.major, minor: node.minor };
}

function isEmpty(value: object): boolean {
  return Object.keys(value).length === 0;
}
