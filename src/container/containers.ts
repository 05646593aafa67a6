import { mkdirSync } from "node:fs";
import { join } from "node:path";
import type { CallOptions } from "../base/index.ts";
import type { EndpointRequest } from "../network/index.ts";
import type { Change } from "../snapshot/index.ts";
import type { Rehearsal } from "../store/index.ts";
import { type ArchiveWrite, type PathStat, readArchive, statPath, writeArchive } from "./archive.ts";
import { type Attached, attachContainer, type OutputSink, resizeContainer } from "./attach.ts";
import { attendContainer } from "./attend.ts";
import { type CommitRequest, commitContainer } from "./commit.ts";
import { connectContainer, disconnectContainer } from "./connect-network.ts";
import type { ContainerContext } from "./context.ts";
import { type Created, type CreateRequest, createContainer } from "./create.ts";
import { createExec, type ExecRequest, execExited, resizeExec, startExec, waitExec } from "./exec.ts";
import { containerExited } from "./exited.ts";
import { exportContainer } from "./export.ts";
import type { Filters } from "./filters.ts";
import type { LogLine } from "./logs/log-line.ts";
import { containerLogs, type LogRequest } from "./logs.ts";
import { exitFolder } from "./paths.ts";
import { pauseContainer, unpauseContainer } from "./pause.ts";
import { type Pruned, pruneContainers, rehearseContainerPrune } from "./prune.ts";
import { type RemoveRequest, removeContainer } from "./remove.ts";
import { renameContainer } from "./rename.ts";
import { isFirstOfBoot, repairContainers } from "./repair.ts";
import { restartContainer } from "./restart.ts";
import { startContainer } from "./start.ts";
import { isRunning } from "./state.ts";
import { type ContainerStats, containerStats } from "./stats.ts";
import { killContainer, type StopRequest, stopContainer } from "./stop.ts";
import { containersOfImage, findContainer, listContainers } from "./table.ts";
import { containerTop, type ProcessTable } from "./top.ts";
import { type UpdateRequest, updateContainer } from "./update.ts";
import { type ContainerView, type ListRequest, viewContainer, viewContainers } from "./view.ts";
import { type WaitCondition, waitContainer } from "./wait.ts";

/** The containers of one store. `name` may be a full ID, a name, or a unique prefix of an ID everywhere. */
export interface Containers {
  create(request: CreateRequest, options?: CallOptions): Promise<Created>;
  list(request: ListRequest): Promise<ContainerView[]>;
  inspect(name: string, options?: { readonly size?: boolean }): Promise<ContainerView>;
  /** Throws `notModified` when it runs already. */
  start(name: string, options?: CallOptions): Promise<void>;
  /** Throws `notModified` when it does not run. */
  stop(name: string, request?: StopRequest): Promise<void>;
  restart(name: string, request?: StopRequest): Promise<void>;
  kill(name: string, signal?: string): Promise<void>;
  remove(name: string, request?: RemoveRequest): Promise<void>;
  rename(name: string, to: string): Promise<void>;
  pause(name: string): Promise<void>;
  unpause(name: string): Promise<void>;
  /** Resolves with the exit code when the condition holds. */
  wait(name: string, condition: WaitCondition, options?: CallOptions): Promise<number>;
  /** A container that is not running yet is connected when this process starts it. */
  attach(name: string, sink: OutputSink): Promise<Attached>;
  resize(name: string, height: number, width: number): Promise<void>;
  logs(name: string, request: LogRequest): AsyncIterable<LogLine>;
  /** Prepares an exec; it runs with {@link Containers.execStart}. */
  exec(name: string, request: ExecRequest): Promise<string>;
  /** Without a sink nobody listens and nothing is returned. */
  execStart(execId: string, sink: OutputSink | undefined): Promise<Attached | undefined>;
  execResize(execId: string, height: number, width: number): Promise<void>;
  execWait(execId: string): Promise<number>;
  changes(name: string, options?: CallOptions): Promise<Change[]>;
  commit(name: string, request: CommitRequest & CallOptions): Promise<string>;
  /** Writes the flat file system as a tar to `fd`. */
  export(name: string, fd: number, options?: CallOptions): Promise<void>;
  statPath(name: string, path: string): Promise<PathStat>;
  /** Writes a tar of `path` to `fd`, its entries named from the last element of `path` on. */
  readArchive(name: string, path: string, fd: number): Promise<PathStat>;
  /** Unpacks the tar from `fd` into the folder `path`. */
  writeArchive(name: string, path: string, request: ArchiveWrite): Promise<void>;
  top(name: string, psArguments: readonly string[]): Promise<ProcessTable>;
  stats(name: string): Promise<ContainerStats>;
  /** Returns warnings. */
  update(name: string, request: UpdateRequest): Promise<string[]>;
  /** Puts a container on one more network. */
  connect(name: string, to: { readonly network: string; readonly request: EndpointRequest }): Promise<void>;
  /** Takes a container off a network. */
  disconnect(name: string, from: { readonly network: string; readonly force: boolean }): Promise<void>;
  /** True when a container that is recorded, running or not, is to be on the network. */
  usesNetwork(name: string): boolean;
  prune(filters: Filters): Promise<Pruned>;
  /** What {@link Containers.prune} would do. */
  rehearsePrune(filters: Filters): Promise<Rehearsal<string>>;
  /** Which containers use an image. */
  usersOf(imageId: string): { readonly id: string; readonly running: boolean }[];
  /** True until {@link Containers.repair} was called once since the machine started; one small file is read. */
  isFirstOfBoot(): boolean;
  /** Undoes what processes that died were doing to containers; one query when there is nothing. */
  repair(): Promise<void>;
  /** What conmon and this engine call back; not for users. */
  readonly callbacks: {
    exited(id: string): Promise<void>;
    execExited(id: string): void;
    attend(id: string): Promise<void>;
  };
}

/** Opens the containers of a store. */
export function openContainers(context: ContainerContext): Containers {
  const { store } = context;
  for (const folder of [
    join(store.root, "containers"),
    join(store.run, "containers"),
    join(store.run, "locks"),
    exitFolder(store),
  ]) {
    mkdirSync(folder, { recursive: true, mode: 0o711 });
  }
  return {
    create: (request, options) => createContainer(context, request, options),
    list: (request) => viewContainers(context, request),
    inspect: (name, options) => viewContainer(context, name, options),
    start: (name, options) => startContainer(context, name, options),
    stop: (name, request) => stopContainer(context, name, request),
    restart: (name, request) => restartContainer(context, name, request),
    kill: (name, signal) => killContainer(context, name, signal),
    remove: (name, request) => removeContainer(context, name, request),
    rename: (name, to) => renameContainer(context, name, to),
    pause: (name) => pauseContainer(context, name),
    unpause: (name) => unpauseContainer(context, name),
    wait: (name, condition, options) => waitContainer(context, name, { ...options, condition }),
    attach: (name, sink) => attachContainer(context, name, sink),
    resize: (name, height, width) => resizeContainer(context, name, [height, width]),
    logs: (name, request) => containerLogs(context, name, request),
    exec: (name, request) => createExec(context, name, request),
    execStart: (id, sink) => startExec(context, id, sink),
    execResize: (id, height, width) => resizeExec(context, id, [height, width]),
    execWait: (id) => waitExec(context, id),
    changes: (name, options) => context.layers.snapshots.changes(findContainer(store, name).id, options),
    commit: (name, request) => commitContainer(context, name, request),
    export: (name, fd, options) => exportContainer(context, name, { ...options, fd }),
    statPath: (name, path) => statPath(context, name, path),
    readArchive: (name, path, fd) => readArchive(context, name, { path, fd }),
    writeArchive: (name, path, request) => writeArchive(context, name, { ...request, path }),
    top: (name, psArguments) => containerTop(context, name, psArguments),
    stats: (name) => containerStats(context, name),
    update: (name, request) => updateContainer(context, name, request),
    connect: (name, to) => connectContainer(context, name, to),
    disconnect: (name, from) => disconnectContainer(context, name, from),
    usesNetwork: (name) => listContainers(store).some(({ endpoints }) => endpoints[name] !== undefined),
    prune: (filters) => pruneContainers(context, filters),
    rehearsePrune: (filters) => rehearseContainerPrune(context, filters),
    usersOf: (imageId) =>
      containersOfImage(store, imageId).map(({ id, state }) => ({ id, running: isRunning(state) })),
    isFirstOfBoot: () => isFirstOfBoot(store),
    repair: () => repairContainers(context),
    callbacks: {
      exited: (id) => containerExited(context, id),
      execExited: (id) => execExited(context, id),
      attend: (id) => attendContainer(context, id),
    },
  };
}
