export type { CallOptions } from "../base/index.ts";
export type {
  AskedBuild,
  BuildCallOptions,
  BuildDifference,
  BuildError,
  BuildEvent,
  BuildOutput,
  BuildReport,
  BuildRequest,
  BuildWarning,
  CacheLocation,
  CachePruneRequest,
  CacheRecord,
  CheckReport,
  ContextSource,
  DockerfileSource,
  FailedStep,
  NamedContext,
  OutlineReport,
  PlanStep,
  PrunedCache,
  SecretSource,
  SshSource,
  StepLimits,
  TargetsReport,
  VerifyReport,
  WhyReport,
  WhyStep,
} from "../build/index.ts";
export type {
  Attached,
  CommitRequest,
  ContainerRecord,
  ContainerState,
  ContainerView,
  CreateRequest,
  ExecRequest,
  Filters,
  Health,
  LogLine,
  LogRequest,
  NetworkState,
  PathStat,
} from "../container/index.ts";
export type {
  ArchiveSource,
  HistoryLine,
  Image,
  ImageSource,
  ImageSummary,
  ImageView,
  ImportRequest,
  LoadedImage,
  LoadOptions,
  PulledImage,
  PullOptions,
  PushedImage,
  PushOptions,
  RemovedImage,
} from "../image/index.ts";
export type {
  ConnectedEndpoint,
  EndpointRequest,
  EndpointState,
  NetworkRecord,
  NetworkRequest,
} from "../network/index.ts";
export type { Credential, CredentialSource, LoginResult, SearchResult } from "../registry/index.ts";
export type { ProcessStats } from "../runtime/index.ts";
export type { Change } from "../snapshot/index.ts";
export type {
  ContainerConfig,
  DeviceMapping,
  HostConfig,
  MountPoint,
  MountRequest,
  PortBinding,
  Resources,
  RestartPolicy,
  ThrottleDevice,
  Ulimit,
  WeightDevice,
} from "../spec/index.ts";
export type { RecordedEvent } from "../store/index.ts";
export type { Volume, VolumeRequest } from "../volume/index.ts";
export type {
  Builds,
  Containers,
  Engine,
  Images,
  NamedVolume,
  Networks,
  NetworkView,
  PruneOptions,
  PruneReport,
  Streams,
  System,
  Volumes,
} from "./engine.ts";
export type { EngineOptions, LocalEngine } from "./local-engine.ts";
export { openEngine, runLayerJob, withClosedDatabase } from "./open.ts";
export type {
  DiskUsage,
  ImageUsage,
  Ledger,
  LedgerEntry,
  LedgerKind,
  SystemInfo,
  VersionFacts,
  VolumeUsage,
} from "./system/types.ts";
