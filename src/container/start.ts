import { mkdirSync, rmSync, writeFileSync } from "node:fs";
import { type CallOptions, EngineError, errorText, nowText } from "../base/index.ts";
import { closeFdStore, type FdStore } from "../host/index.ts";
import type { RunningProcess, Runtime } from "../runtime/index.ts";
import { endLease, type Lease, takeLease } from "../store/index.ts";
import { connectWaiting, failWaiting } from "./attach.ts";
import { attendantNeeded, startAttendant } from "./attend.ts";
import { type ContainerContext, containerEvent, withContainer } from "./context.ts";
import { markedForRemoval } from "./errors.ts";
import { finishLocked, releaseContainer } from "./finish.ts";
import { internalCommand } from "./internal-command.ts";
import { keepSockets } from "./kept-sockets.ts";
import { readLogOptions } from "./log-options.ts";
import { attachNetwork, openSandbox, reserveNetwork, type SandboxChoice } from "./network.ts";
import { writeNetworkFiles } from "./network-files.ts";
import { containerPaths, exitFolder } from "./paths.ts";
import { prepareMounts } from "./prepare-mounts.ts";
import type { ContainerRecord, LiveProcess, NetworkState } from "./record.ts";
import { removeStopped } from "./remove-stopped.ts";
import { isRunning, transition } from "./state.ts";
import { findContainer, saveContainer } from "./table.ts";
import { writeSpec } from "./write-spec.ts";

/** How a start differs from the plain one. */
export interface StartRequest extends CallOptions {
  /** A restart policy starts it: the count goes up and the user's stop is not forgotten. */
  readonly byPolicy?: boolean;
}

/** Seconds that an attached caller gets to clean up itself before conmon's exit command does. */
const ATTACHED_EXIT_DELAY = 2;

/**
 * Starts a container; its process runs when this returns. Throws `notModified` when it runs already.
 * After a failure everything is as before, but for the record's `error` and `exitCode`.
 */
export async function startContainer(
  context: ContainerContext,
  name: string,
  request: StartRequest = {},
): Promise<void> {
  const { id } = findContainer(context.store, name);
  try {
    await withContainer(context, id, () => startLocked(context, id, request));
  } catch (error) {
    failWaiting(context, id, error);
    throw error;
  }
}

/** As {@link startContainer}, for a caller that holds the container's lock. */
export async function startLocked(
  context: ContainerContext,
  id: string,
  request: StartRequest,
): Promise<void> {
  const record = await finishLocked(context, id);
  if (record === undefined) throw new EngineError("notFound", `No such container: ${id}`);
  if (record.state.status === "paused") {
    throw new EngineError("conflict", "cannot start a paused container, try unpause instead");
  }
  if (isRunning(record.state)) throw new EngineError("notModified", `container ${id} is already running`);
  if (record.state.status === "removing" || record.state.status === "dead") throw markedForRemoval();
  const lease = takeLease(context.store, "start", id);
  try {
    await launch(context, record, { request, lease });
  } catch (error) {
    await releaseContainer(context, record).catch(() => {});
    const failed = recordFailure(context, record, error);
    if (record.hostConfig.AutoRemove) await removeStopped(context, failed, { volumes: true });
    throw error;
  } finally {
    endLease(context.store, lease);
  }
}

interface Launch {
  readonly request: StartRequest;
  /** Ends with the record of the start, so that a crash leaves the one or the other. */
  readonly lease: Lease;
}

async function launch(
  context: ContainerContext,
  record: ContainerRecord,
  { request, lease }: Launch,
): Promise<void> {
  const { store } = context;
  mkdirSync(containerPaths(store, record.id).rootfs, { recursive: true });
  rmSync(`${exitFolder(store)}/${record.id}`, { force: true });
  const runtime = context.runtime(record.hostConfig.Runtime);
  const reservation = await reserveNetwork(context, record);
  const kept = keepSockets(reservation.sockets);
  const bundle = Promise.withResolvers<void>();
  // The monitor starts up while this process makes the bundle that it then gives to the runtime.
  const creating = createProcess(context, record, {
    runtime,
    ready: bundle.promise,
    kept,
  });
  const connecting = prepareBundle(context, record).then((sandbox) => {
    bundle.resolve();
    return attachNetwork(context, record, { sandbox, reservation });
  });
  connecting.catch(bundle.reject);
  bundle.promise.catch(() => {});
  const [created, connected] = await Promise.allSettled([creating, connecting]);
  // The monitor has them now, and keeps others from the ports as long as the container runs.
  closeFdStore(kept);
  if (created.status === "rejected") throw created.reason;
  if (connected.status === "rejected") throw connected.reason;
  writeNetworkFiles(context, record, connected.value);
  await connectWaiting(context, record);
  await runtime.start(record.id);
  recordStart(context, record, { request, lease, process: created.value, network: connected.value });
}

/** Makes all that the runtime needs to create the container. */
async function prepareBundle(context: ContainerContext, record: ContainerRecord): Promise<SandboxChoice> {
  const sandbox = openSandbox(context, record);
  const { rootfs } = containerPaths(context.store, record.id);
  const disposable = record.hostConfig.AutoRemove;
  await context.layers.snapshots.mount(record.id, rootfs, { disposable });
  const mounts = await prepareMounts(context, record);
  writeNetworkFiles(context, record, undefined);
  writeSpec(context, record, { sandbox, mounts });
  return sandbox;
}

interface Creation {
  readonly runtime: Runtime;
  readonly ready: Promise<void>;
  readonly kept: FdStore;
}

async function createProcess(
  context: ContainerContext,
  record: ContainerRecord,
  { runtime, ready, kept }: Creation,
): Promise<RunningProcess> {
  const { config, hostConfig, id } = record;
  const paths = containerPaths(context.store, id);
  const log = readLogOptions(hostConfig.LogConfig);
  if (log.kept) writeFileSync(paths.log, "", { flag: "a", mode: 0o640 });
  const attended = context.waiting.has(id) && hostConfig.RestartPolicy.Name === "no";
  return await runtime.create({
    id,
    bundle: paths.bundle,
    runFolder: paths.runFolder,
    exitFolder: exitFolder(context.store),
    terminal: config.Tty,
    stdin: config.OpenStdin,
    // As in Docker, a terminal outlives the client that leaves it.
    leaveStdinOpen: config.OpenStdin && (config.Tty || !config.StdinOnce),
    logPath: log.kept ? paths.log : undefined,
    // With several files the attendant rotates: conmon would drop what is full.
    logSizeMax: log.maxFiles > 1 ? undefined : log.maxSize,
    exitCommand: internalCommand(context.store, "exited", id),
    exitDelay: attended ? ATTACHED_EXIT_DELAY : 0,
    ready,
    keep: [kept.in, kept.out],
  });
}

interface Started extends Launch {
  readonly process: RunningProcess;
  readonly network: NetworkState;
}

function recordStart(context: ContainerContext, record: ContainerRecord, started: Started): void {
  const { pid, monitorPid, monitorStartTime } = started.process;
  const process: LiveProcess = { pid, monitorPid, monitorStartTime: String(monitorStartTime) };
  const byPolicy = started.request.byPolicy ?? false;
  const needed = attendantNeeded(record);
  const running: ContainerRecord = {
    ...record,
    state: transition(record.state, { kind: "started", process }),
    startedAt: nowText(),
    exitCode: 0,
    oomKilled: false,
    error: "",
    restartCount: byPolicy ? record.restartCount + 1 : 0,
    stoppedByUser: false,
    network: started.network,
    networkIds: Object.fromEntries(
      started.network.endpoints.map(({ networkName, networkId }) => [networkName, networkId]),
    ),
    health: needed.health ? { Status: "starting", FailingStreak: 0, Log: [] } : null,
  };
  context.store.transaction(() => {
    saveContainer(context.store, running);
    containerEvent(context.store, running, "start");
    // The lease of one that needs an attendant holds until that is there.
    if (!needed.health && !needed.rotation) endLease(context.store, started.lease);
  });
  startAttendant(context.store, running);
}

function recordFailure(context: ContainerContext, record: ContainerRecord, error: unknown): ContainerRecord {
  const failed: ContainerRecord = {
    ...record,
    state: transition(record.state, { kind: "startFailed" }),
    error: errorText(error),
    exitCode: startFailureCode(errorText(error)),
    network: null,
  };
  saveContainer(context.store, failed);
  return failed;
}

/** The exit code that Docker gives a container whose start failed with this text. */
export function startFailureCode(text: string): number {
  if (/executable file not found|no such file or directory|system cannot find the file/i.test(text))
    return 127;
  if (/permission denied|not a directory|is a directory/i.test(text)) return 126;
  return 128;
}
