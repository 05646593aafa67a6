export { openContainerSeccomp } from "./container-seccomp.ts";
export { type DevicePort, hostDevices } from "./device-nodes.ts";
export { type ExecContext, type ExecShape, toExecProcess } from "./exec-process.ts";
export { type HostFacts, hostFacts } from "./host-facts.ts";
export { containerCapabilities } from "./process.ts";
export { cgroupPath, toRuntimeSpec } from "./runtime-spec.ts";
export { parseSecurityOptions, type SecurityOptions } from "./security-options.ts";
export type { SpecInput } from "./spec-input.ts";
export { type ResolvedUser, resolveUser, type UserFiles } from "./users.ts";
