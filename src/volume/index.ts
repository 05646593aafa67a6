export { isEmptyVolume, openVolumes, type Volume, type VolumeRequest, type Volumes } from "./volumes.ts";
