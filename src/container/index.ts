export type { ArchiveWrite, PathStat } from "./archive.ts";
export type { Attached, OutputSink } from "./attach.ts";
export type { CommitRequest } from "./commit.ts";
export { type Containers, openContainers } from "./containers.ts";
export type { ContainerContext } from "./context.ts";
export type { Created, CreateRequest } from "./create.ts";
export type { EventRequest } from "./events.ts";
export { readEvents } from "./events.ts";
export type { ExecRequest } from "./exec.ts";
export type { Filters } from "./filters.ts";
export type { LogLine } from "./logs/log-line.ts";
export type { LogRequest } from "./logs.ts";
export type { Pruned } from "./prune.ts";
export type {
  ContainerRecord,
  ContainerState,
  Health,
  HealthProbe,
  LiveProcess,
  NetworkState,
} from "./record.ts";
export type { ContainerStats } from "./stats.ts";
export type { ProcessTable } from "./top.ts";
export type { UpdateRequest } from "./update.ts";
export type { ContainerView, ListRequest } from "./view.ts";
export type { WaitCondition } from "./wait.ts";
