export { type ConfigRequest, mergeConfig, toCommand } from "./merge-config.ts";
export { checkName, randomName } from "./names.ts";
export { ensureBindSources, type MountFacts, resolveMounts, type VolumePort } from "./resolve-mounts.ts";
export { type UncheckedRequest, validateCreate } from "./validate-create.ts";
export { readPortRange } from "./validate-network.ts";
export { validateRestart } from "./validate-options.ts";
export { validateResources } from "./validate-resources.ts";
