export type { CallOptions } from "../base/index.ts";
export type {
  ContainerConfig,
  ContainerRecord,
  ContainerState,
  DeviceMapping,
  EndpointRequest,
  EndpointState,
  Health,
  HostConfig,
  MountPoint,
  MountRequest,
  NetworkState,
  PortBinding,
  Resources,
  RestartPolicy,
  ThrottleDevice,
  Ulimit,
  WeightDevice,
} from "../container/index.ts";
export type {
  HistoryLine,
  Image,
  ImageSummary,
  ImageView,
  LoadedImage,
  RemovedImage,
} from "../image/index.ts";
export type { ProcessStats } from "../runtime/index.ts";
export type { Change } from "../snapshot/index.ts";
export type { RecordedEvent } from "../store/index.ts";
export type {
  ArchiveSource,
  Attached,
  CommitContainer,
  Containers,
  ContainerView,
  CreateRequest,
  Engine,
  ExecRequest,
  Filters,
  Images,
  ImportRequest,
  LogLine,
  LogRequest,
  PathStat,
  Streams,
  System,
} from "./engine.ts";
export type { EngineOptions, LocalEngine } from "./local-engine.ts";
export { openEngine, runLayerJob } from "./open.ts";
