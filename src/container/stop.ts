import { EngineError, errnoOf, isEngineError } from "../base/index.ts";
import { type ContainerContext, containerEvent, withContainer } from "./context.ts";
import { notRunning } from "./errors.ts";
import { exitRequest, finishContainer } from "./finish.ts";
import { thawContainer } from "./pause.ts";
import type { ContainerRecord } from "./record.ts";
import { parseSignal } from "./signals.ts";
import { isRunning, processOf, transition } from "./state.ts";
import { findById, findContainer, saveContainer } from "./table.ts";

const SIGKILL = 9;
const DEFAULT_TIMEOUT_S = 10;
/** How long a killed process may take to vanish before we say that it does not. */
const KILL_TIMEOUT_S = 10;

/** How to stop: a signal name or number, and seconds before SIGKILL (-1: never). */
export interface StopRequest {
  readonly signal?: string;
  readonly timeout?: number;
}

/** Stops a container and waits until it has ended. Throws `notModified` when it does not run. */
export async function stopContainer(
  context: ContainerContext,
  name: string,
  request: StopRequest = {},
): Promise<void> {
  const found = findContainer(context.store, name);
  const signal = stopSignal(found, { name, asked: request.signal });
  const timeout = request.timeout ?? found.config.StopTimeout ?? DEFAULT_TIMEOUT_S;
  const running = await markStopped(context, found.id);
  if (running === undefined) throw alreadyStopped(found.id);
  await signalContainer(context, running, signal);
  if (timeout !== 0 && (await endsWithin(context, running, timeout))) return await stopped(context, running);
  await signalContainer(context, running, SIGKILL);
  if (!(await endsWithin(context, running, KILL_TIMEOUT_S))) {
    throw new EngineError(
      "internal",
      `container ${found.id} did not end within ${KILL_TIMEOUT_S} seconds of the kill signal`,
    );
  }
  await stopped(context, running);
}

function stopSignal(
  { config, state, id }: ContainerRecord,
  { name, asked }: { readonly name: string; readonly asked: string | undefined },
): number {
  try {
    return parseSignal(asked || config.StopSignal || "SIGTERM");
  } catch (error) {
    if (state.status !== "restarting" && !isRunning(state)) throw alreadyStopped(id);
    if (!isEngineError(error)) throw error;
    throw new EngineError(error.kind, `cannot stop container: ${name}: ${error.message}`, { cause: error });
  }
}

function alreadyStopped(id: string): EngineError {
  return new EngineError("notModified", `container ${id} is not running`);
}

/** Says that the user wants the container down, so that no restart policy brings it back. */
async function markStopped(context: ContainerContext, id: string): Promise<ContainerRecord | undefined> {
  return await withContainer(context, id, async () => {
    const record = findById(context.store, id);
    if (record === undefined) throw new EngineError("notFound", `No such container: ${id}`);
    if (record.state.status === "restarting") {
      const resting: ContainerRecord = {
        ...record,
        stoppedByUser: true,
        state: transition(record.state, { kind: "exited" }),
      };
      saveContainer(context.store, resting);
      return undefined;
    }
    if (!isRunning(record.state)) return undefined;
    const marked: ContainerRecord = { ...record, stoppedByUser: true };
    saveContainer(context.store, marked);
    return marked;
  });
}

async function stopped(context: ContainerContext, record: ContainerRecord): Promise<void> {
  await finishContainer(context, record.id);
  containerEvent(context.store, record, "stop");
}

async function endsWithin(
  context: ContainerContext,
  record: ContainerRecord,
  seconds: number,
): Promise<boolean> {
  const process = processOf(record.state);
  if (process === undefined) return true;
  const deadline = seconds < 0 ? undefined : AbortSignal.timeout(seconds * 1000);
  const runtime = context.runtime(record.hostConfig.Runtime);
  try {
    await runtime.waitExit(
      exitRequest(context, record.id, process),
      deadline === undefined ? {} : { signal: deadline },
    );
    return true;
  } catch (error) {
    if (deadline?.aborted) return false;
    throw error;
  }
}

/** Sends a signal to a container's first process. Throws `conflict` with Docker's text when it does not run. */
export async function killContainer(
  context: ContainerContext,
  name: string,
  signalText = "SIGKILL",
): Promise<void> {
  try {
    await killFound(context, findContainer(context.store, name), signalText || "SIGKILL");
  } catch (error) {
    if (!isEngineError(error)) throw error;
    throw new EngineError(error.kind, `cannot kill container: ${name}: ${error.message}`, { cause: error });
  }
}

async function killFound(
  context: ContainerContext,
  seen: ContainerRecord,
  signalText: string,
): Promise<void> {
  const signal = parseSignal(signalText);
  const found = isRunning(seen.state) ? seen : await afterStart(context, seen);
  if (!isRunning(found.state)) throw notRunning(found);
  const record = endsContainer(found, signal) ? ((await markStopped(context, found.id)) ?? found) : found;
  await signalContainer(context, record, signal);
  if (signal === SIGKILL && (await endsWithin(context, record, KILL_TIMEOUT_S)))
    await finishContainer(context, found.id);
}

/** What became of a container that somebody may be starting: it runs a moment before that is recorded. */
async function afterStart(context: ContainerContext, seen: ContainerRecord): Promise<ContainerRecord> {
  return await withContainer(context, seen.id, async () => findById(context.store, seen.id) ?? seen);
}

function endsContainer({ config }: ContainerRecord, signal: number): boolean {
  return signal === SIGKILL || signal === parseSignal(config.StopSignal || "SIGTERM");
}

async function signalContainer(
  context: ContainerContext,
  record: ContainerRecord,
  signal: number,
): Promise<void> {
  const runtime = context.runtime(record.hostConfig.Runtime);
  try {
    await runtime.kill(record.id, signal);
    // A frozen process does not see the signal that is to end it.
    if (endsContainer(record, signal)) await thawContainer(context, record.id);
  } catch (error) {
    if (
      errnoOf(error) !== "ESRCH" &&
      !/not running|no such process|process already finished/i.test(String(error))
    )
      throw error;
  }
  containerEvent(context.store, record, "kill", { signal: String(signal) });
}
