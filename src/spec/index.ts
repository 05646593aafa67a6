export { checkRoot } from "./check-root.ts";
export { openContainerSeccomp } from "./container-seccomp.ts";
export { hostDevices } from "./device-nodes.ts";
export { parseDeviceRule } from "./device-rules.ts";
export { DEFAULT_PATH, overlayEnvironment, withHome } from "./environment.ts";
export { type ExecContext, type ExecShape, toExecProcess } from "./exec-process.ts";
export { containerOf, type HostConfigOptions, toHostConfig } from "./host-config.ts";
export { type HostFacts, hostFacts, readIdList } from "./host-facts.ts";
export { readOnlyOption } from "./mounts.ts";
export { readUserFiles } from "./read-user-files.ts";
export { cgroupPath, toRuntimeSpec } from "./runtime-spec.ts";
export { parseSecurityOptions, type SecurityOptions } from "./security-options.ts";
export type { SpecInput } from "./spec-input.ts";
export { parseTmpfsOptions } from "./tmpfs-options.ts";
export type {
  ContainerConfig,
  DeviceMapping,
  HostConfig,
  MountPoint,
  MountRequest,
  PortBinding,
  Resources,
  RestartPolicy,
  SpecContainer,
  ThrottleDevice,
  Ulimit,
  WeightDevice,
} from "./types.ts";
export { type ResolvedUser, resolveUser, type UserFiles } from "./users.ts";
