export { hasDevice } from "./mount-device.ts";
export type { PrunedVolumes, Volume, VolumeMount, VolumeRequest } from "./types.ts";
export { isEmptyVolume } from "./volume-folder.ts";
export { openVolumes, type Volumes } from "./volumes.ts";
