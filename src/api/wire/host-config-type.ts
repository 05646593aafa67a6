import type { Ulimit } from "../../engine/index.ts";
import {
  field,
  goArray,
  goBool,
  goInt,
  goInt64,
  goMap,
  goNamed,
  goPointer,
  goSlice,
  goString,
  goStruct,
  goUint,
  goUint16,
  goUint64,
} from "../../template/index.ts";
import { embed, goPort } from "./config-type.ts";
import { mountRequestType } from "./mount-type.ts";

const words = goSlice(goString);
const texts = goMap(goString);
const commandLine = goNamed("strslice.StrSlice", words);
const omitEmpty = { omitEmpty: true };

const portBindingType = goStruct("nat.PortBinding", [
  field("HostIP", "HostIp", goString),
  field("HostPort", "HostPort", goString),
]);

/** `nat.PortMap`: container port to where it is published. */
export const portMapType = goNamed("nat.PortMap", goMap(goSlice(portBindingType), goPort));

/** What Go's `String` method of a device limit gives. */
function rateText(name: "Weight" | "Rate"): (value: unknown) => string {
  return (value) => {
    const device = value as { readonly Path?: string; readonly Weight?: number; readonly Rate?: number };
    return `${device.Path ?? ""}:${device[name] ?? 0}`;
  };
}

const weights = goSlice(
  goPointer(
    goStruct(
      "blkiodev.WeightDevice",
      [field("Path", "Path", goString), field("Weight", "Weight", goUint16)],
      rateText("Weight"),
    ),
  ),
);
const throttles = goSlice(
  goPointer(
    goStruct(
      "blkiodev.ThrottleDevice",
      [field("Path", "Path", goString), field("Rate", "Rate", goUint64)],
      rateText("Rate"),
    ),
  ),
);

const deviceType = goStruct("container.DeviceMapping", [
  field("PathOnHost", "PathOnHost", goString),
  field("PathInContainer", "PathInContainer", goString),
  field("CgroupPermissions", "CgroupPermissions", goString),
]);

const deviceRequestType = goStruct("container.DeviceRequest", [
  field("Driver", "Driver", goString),
  field("Count", "Count", goInt),
  field("DeviceIDs", "DeviceIDs", words),
  field("Capabilities", "Capabilities", goSlice(words)),
  field("Options", "Options", texts),
]);

const ulimitType = goStruct(
  "units.Ulimit",
  [field("Name", "Name", goString), field("Hard", "Hard", goInt64), field("Soft", "Soft", goInt64)],
  (value) => {
    const { Name = "", Soft = 0, Hard = 0 } = value as Partial<Ulimit>;
    return `${Name}=${Soft}:${Hard}`;
  },
);

const resourcesType = goStruct("container.Resources", [
  field("CPUShares", "CpuShares", goInt64),
  field("Memory", "Memory", goInt64),
  field("NanoCPUs", "NanoCpus", goInt64),
  field("CgroupParent", "CgroupParent", goString),
  field("BlkioWeight", "BlkioWeight", goUint16),
  field("BlkioWeightDevice", "BlkioWeightDevice", weights),
  field("BlkioDeviceReadBps", "BlkioDeviceReadBps", throttles),
  field("BlkioDeviceWriteBps", "BlkioDeviceWriteBps", throttles),
  field("BlkioDeviceReadIOps", "BlkioDeviceReadIOps", throttles),
  field("BlkioDeviceWriteIOps", "BlkioDeviceWriteIOps", throttles),
  field("CPUPeriod", "CpuPeriod", goInt64),
  field("CPUQuota", "CpuQuota", goInt64),
  field("CPURealtimePeriod", "CpuRealtimePeriod", goInt64),
  field("CPURealtimeRuntime", "CpuRealtimeRuntime", goInt64),
  field("CpusetCpus", "CpusetCpus", goString),
  field("CpusetMems", "CpusetMems", goString),
  field("Devices", "Devices", goSlice(deviceType)),
  field("DeviceCgroupRules", "DeviceCgroupRules", words),
  field("DeviceRequests", "DeviceRequests", goSlice(deviceRequestType)),
  field("KernelMemory", "KernelMemory", goInt64, omitEmpty),
  field("KernelMemoryTCP", "KernelMemoryTCP", goInt64, omitEmpty),
  field("MemoryReservation", "MemoryReservation", goInt64),
  field("MemorySwap", "MemorySwap", goInt64),
  field("MemorySwappiness", "MemorySwappiness", goPointer(goInt64)),
  field("OomKillDisable", "OomKillDisable", goPointer(goBool)),
  field("PidsLimit", "PidsLimit", goPointer(goInt64)),
  field("Ulimits", "Ulimits", goSlice(goPointer(ulimitType))),
  field("CPUCount", "CpuCount", goInt64),
  field("CPUPercent", "CpuPercent", goInt64),
  field("IOMaximumIOps", "IOMaximumIOps", goUint64),
  field("IOMaximumBandwidth", "IOMaximumBandwidth", goUint64),
]);

/** `container.HostConfig`: how a container is tied to its host. */
export const hostConfigType = goStruct("container.HostConfig", [
  field("Binds", "Binds", words),
  field("ContainerIDFile", "ContainerIDFile", goString),
  field(
    "LogConfig",
    "LogConfig",
    goStruct("container.LogConfig", [field("Type", "Type", goString), field("Config", "Config", texts)]),
  ),
  field("NetworkMode", "NetworkMode", goNamed("container.NetworkMode", goString)),
  field("PortBindings", "PortBindings", portMapType),
  field(
    "RestartPolicy",
    "RestartPolicy",
    goStruct("container.RestartPolicy", [
      field("Name", "Name", goNamed("container.RestartPolicyMode", goString)),
      field("MaximumRetryCount", "MaximumRetryCount", goInt),
    ]),
  ),
  field("AutoRemove", "AutoRemove", goBool),
  field("VolumeDriver", "VolumeDriver", goString),
  field("VolumesFrom", "VolumesFrom", words),
  field("ConsoleSize", "ConsoleSize", goArray(2, goUint)),
  field("Annotations", "Annotations", texts, omitEmpty),
  field("CapAdd", "CapAdd", commandLine),
  field("CapDrop", "CapDrop", commandLine),
  field("CgroupnsMode", "CgroupnsMode", goNamed("container.CgroupnsMode", goString)),
  field("DNS", "Dns", words),
  field("DNSOptions", "DnsOptions", words),
  field("DNSSearch", "DnsSearch", words),
  field("ExtraHosts", "ExtraHosts", words),
  field("GroupAdd", "GroupAdd", words),
  field("IpcMode", "IpcMode", goNamed("container.IpcMode", goString)),
  field("Cgroup", "Cgroup", goNamed("container.CgroupSpec", goString)),
  field("Links", "Links", words),
  field("OomScoreAdj", "OomScoreAdj", goInt),
  field("PidMode", "PidMode", goNamed("container.PidMode", goString)),
  field("Privileged", "Privileged", goBool),
  field("PublishAllPorts", "PublishAllPorts", goBool),
  field("ReadonlyRootfs", "ReadonlyRootfs", goBool),
  field("SecurityOpt", "SecurityOpt", words),
  field("StorageOpt", "StorageOpt", texts, omitEmpty),
  field("Tmpfs", "Tmpfs", texts, omitEmpty),
  field("UTSMode", "UTSMode", goNamed("container.UTSMode", goString)),
  field("UsernsMode", "UsernsMode", goNamed("container.UsernsMode", goString)),
  field("ShmSize", "ShmSize", goInt64),
  field("Sysctls", "Sysctls", texts, omitEmpty),
  field("Runtime", "Runtime", goString, omitEmpty),
  field("Isolation", "Isolation", goNamed("container.Isolation", goString)),
  embed("Resources", resourcesType),
  field("Mounts", "Mounts", goSlice(mountRequestType), omitEmpty),
  field("MaskedPaths", "MaskedPaths", words),
  field("ReadonlyPaths", "ReadonlyPaths", words),
  field("Init", "Init", goPointer(goBool), omitEmpty),
]);
