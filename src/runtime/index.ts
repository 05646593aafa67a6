export {
  CAPABILITIES,
  type CapabilityRequest,
  DEFAULT_CAPABILITIES,
  decodeCapabilities,
  parseCapabilities,
  toCapabilities,
} from "./capabilities.ts";
export { chooseRuntime, type RuntimeProgram } from "./choose-runtime.ts";
export { findProgram } from "./find-program.ts";
export { copyKept } from "./kept-descriptors.ts";
export { openRuntime, type RuntimeOptions } from "./open-runtime.ts";
export { openRuntimes } from "./open-runtimes.ts";
export { programVersion } from "./program-version.ts";
export { openSeccomp, parseSeccompProfile, type SeccompRequest } from "./seccomp.ts";
export type { LinuxSeccomp, SeccompProfile } from "./seccomp-types.ts";
export {
  OCI_VERSION,
  type RawInteger,
  type RuntimeCapabilities,
  type RuntimeDevice,
  type RuntimeDeviceRule,
  type RuntimeLinux,
  type RuntimeMount,
  type RuntimeNamespace,
  type RuntimeProcess,
  type RuntimeResources,
  type RuntimeRlimit,
  type RuntimeSpec,
  type RuntimeThrottle,
  type RuntimeUser,
  rawInteger,
  type SpecInteger,
} from "./spec-types.ts";
export type {
  Attachment,
  AttachSinks,
  CreateProcess,
  ExecProcess,
  Exit,
  ProcessStats,
  ResourceUpdate,
  RunContainer,
  RunningProcess,
  Runtime,
} from "./types.ts";
export type { ExitRequest } from "./wait-exit.ts";
