export { type BuildRoom, openBuilds } from "./builds.ts";
export type { AskedBuild } from "./default-request.ts";
export { BuildError, type FailureDetail } from "./errors.ts";
export type { BuildEvent } from "./events.ts";
export type {
  BuildDifference,
  BuildReport,
  BuildWarning,
  BuiltImage,
  CachePruneRequest,
  CacheRecord,
  CheckReport,
  DockerfileText,
  KeyChange,
  LineRange,
  OutlineArg,
  OutlineReport,
  OutlineSecret,
  PlanStep,
  PrunedCache,
  TargetStage,
  TargetsReport,
  VerifyReport,
  WhyReport,
  WhyStep,
} from "./report.ts";
export type {
  BuildCallOptions,
  BuildOutput,
  BuildRequest,
  CacheLocation,
  ContextSource,
  DockerfileSource,
  FailedStep,
  NamedContext,
  SecretSource,
  SshSource,
  StepLimits,
} from "./request.ts";
export type { RoomContext } from "./room-context.ts";
