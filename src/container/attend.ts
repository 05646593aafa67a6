import { join } from "node:path";
import { errorText, nowNs, nowText, parseTime } from "../base/index.ts";
import { tryLock } from "../host/index.ts";
import type { Store } from "../store/index.ts";
import { type ContainerContext, containerEvent, withContainer } from "./context.ts";
import { createExec, findExec, forgetExec, startExec, waitExec } from "./exec.ts";
import { exitRequest } from "./finish.ts";
import { afterProbe, type HealthPlan, nextProbeDelay, timedOut, toHealthPlan } from "./health.ts";
import { internalCommand } from "./internal-command.ts";
import { readLogOptions } from "./log-options.ts";
import { containerPaths } from "./paths.ts";
import type { ContainerRecord, Health, HealthProbe } from "./record.ts";
import { rotateLogs } from "./rotate-logs.ts";
import { processOf } from "./state.ts";
import { findById, saveContainer } from "./table.ts";

const LONGEST_OUTPUT = 4096;

/** What a running container needs someone to stay for. */
export function attendantNeeded({ config, hostConfig }: ContainerRecord): {
  readonly health: boolean;
  readonly rotation: boolean;
} {
  return {
    health: toHealthPlan(config) !== undefined,
    rotation: readLogOptions(hostConfig.LogConfig).maxFiles > 1,
  };
}

/** Starts the process that stays with a container for its health checks and log rotation, if it needs one. */
export function startAttendant(store: Store, record: ContainerRecord): void {
  const { health, rotation } = attendantNeeded(record);
  if (!health && !rotation) return;
  const argv = internalCommand(store, "attend", record.id);
  Bun.spawn([...argv], { cwd: "/", stdio: ["ignore", "ignore", "ignore"], detached: true }).unref();
}

/** Stays with a running container until its process has ended. */
export async function attendContainer(context: ContainerContext, id: string): Promise<void> {
  const record = findById(context.store, id);
  const process = record === undefined ? undefined : processOf(record.state);
  if (record === undefined || process === undefined) return;
  const lock = tryLock(join(containerPaths(context.store, id).runFolder, "attend.lock"));
  // Another one is there: a start that was cut off is not sure whether it had called one.
  if (lock === undefined) return;
  const ended = new AbortController();
  const plan = toHealthPlan(record.config);
  const stopRotation = rotateLogs(context, record);
  const checks =
    plan === undefined ? Promise.resolve() : checkHealth(context, record, { plan, ended: ended.signal });
  try {
    await context.runtime(record.hostConfig.Runtime).waitExit(exitRequest(context, id, process));
  } finally {
    ended.abort();
    stopRotation();
    await checks;
    lock.release();
  }
}

interface Checking {
  readonly plan: HealthPlan;
  readonly ended: AbortSignal;
}

async function checkHealth(
  context: ContainerContext,
  record: ContainerRecord,
  { plan, ended }: Checking,
): Promise<void> {
  const startedAt = parseTime(record.startedAt) ?? nowNs();
  let health: Health = record.health ?? { Status: "starting", FailingStreak: 0, Log: [] };
  for (;;) {
    await sleep(nextProbeDelay(plan, health, Number(nowNs() - startedAt) / 1e6), ended);
    if (ended.aborted) return;
    if (findById(context.store, record.id)?.state.status !== "running") continue;
    const probe = await runProbe(context, record, { plan, ended });
    if (ended.aborted) return;
    const next = afterProbe(plan, health, { probe, startedAt: record.startedAt });
    await saveHealth(context, record, { before: health, next });
    health = next;
  }
}

async function runProbe(
  context: ContainerContext,
  record: ContainerRecord,
  { plan, ended }: Checking,
): Promise<HealthProbe> {
  const start = nowText();
  let output = "";
  let id: string | undefined;
  try {
    id = await createExec(context, record.id, {
      Cmd: plan.command,
      Tty: false,
      AttachStdin: false,
      AttachStdout: true,
      AttachStderr: true,
    });
    const attached = await startExec(context, id, (_, data) => {
      if (output.length < LONGEST_OUTPUT) output += Buffer.from(data).toString();
    });
    const limit = AbortSignal.any([AbortSignal.timeout(plan.timeout), ended]);
    const code = await Promise.race([waitExec(context, id), whenAborted(limit)]);
    if (code === undefined) {
      killExec(context, id);
      return timedOut(plan, start);
    }
    await Promise.race([attached?.done, whenAborted(limit)]);
    forgetExec(context.store, id);
    return { Start: start, End: nowText(), ExitCode: code, Output: output };
  } catch (error) {
    return { Start: start, End: nowText(), ExitCode: -1, Output: errorText(error) };
  }
}

function killExec(context: ContainerContext, id: string): void {
  try {
    const pid = findExec(context.store, id).process?.pid;
    if (pid !== undefined) process.kill(pid, "SIGKILL");
  } catch {
    // It ended by itself just now.
  }
}

function whenAborted(signal: AbortSignal): Promise<undefined> {
  return new Promise((resolve) => signal.addEventListener("abort", () => resolve(undefined), { once: true }));
}

async function sleep(ms: number, signal: AbortSignal): Promise<void> {
  const timer = Promise.withResolvers<void>();
  const handle = setTimeout(timer.resolve, ms);
  signal.addEventListener("abort", () => timer.resolve(), { once: true });
  await timer.promise;
  clearTimeout(handle);
}

async function saveHealth(
  context: ContainerContext,
  { id, startedAt }: ContainerRecord,
  change: { readonly before: Health; readonly next: Health },
): Promise<void> {
  await withContainer(context, id, async () => {
    const record = findById(context.store, id);
    if (record === undefined || record.startedAt !== startedAt || processOf(record.state) === undefined)
      return;
    context.store.transaction(() => {
      saveContainer(context.store, { ...record, health: change.next });
      if (change.before.Status !== change.next.Status) {
        containerEvent(context.store, record, `health_status: ${change.next.Status}`);
      }
    });
  });
}
