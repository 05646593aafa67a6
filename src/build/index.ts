export type { BuildEvent } from "./events.ts";
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
