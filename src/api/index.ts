export { toStatus } from "./status.ts";
export { toContainerInspect } from "./wire/container-inspect.ts";
export {
  type PublishedPort,
  toCommand,
  toContainerListItem,
  toPublishedPorts,
} from "./wire/container-list-item.ts";
export { toEvent } from "./wire/event.ts";
export { toImageAnswer, toImageInspect } from "./wire/image-inspect.ts";
export { toHistoryItem, toImageListItem, toImagePrune, toRemovedImage } from "./wire/image-list-item.ts";
export { LOOPBACK, machineName, toInfo } from "./wire/info.ts";
export { dockerInfoType } from "./wire/info-type.ts";
export { toNetworkInspect } from "./wire/network-inspect.ts";
export { networkType } from "./wire/network-type.ts";
export {
  type ExecView,
  toChanges,
  toContainerPrune,
  toExecInspect,
  toTop,
} from "./wire/process-answers.ts";
export { type StatsReading, toStats } from "./wire/stats.ts";
export { serverVersionType, versionType } from "./wire/system-type.ts";
export { toVolumeInspect } from "./wire/volume-inspect.ts";
export { volumeType } from "./wire/volume-type.ts";
