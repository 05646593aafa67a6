import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { EngineError, newId, nowNs, nowText, parseTime } from "../base/index.ts";
import type { Attachment, RunningProcess } from "../runtime/index.ts";
import { hostFacts, readUserFiles, toExecProcess } from "../spec/index.ts";
import { endLease, type Store, takeLease } from "../store/index.ts";
import { type Attached, createOutput, type OutputSink } from "./attach.ts";
import { type ContainerContext, containerEvent } from "./context.ts";
import { isPaused, notRunning } from "./errors.ts";
import { internalCommand } from "./internal-command.ts";
import { exitFolder } from "./paths.ts";
import type { ContainerRecord, LiveProcess } from "./record.ts";
import { removeRunFolder } from "./remove-run-folder.ts";
import { processOf } from "./state.ts";
import { findById, findContainer } from "./table.ts";

/** An additional process to run in a container; Docker's names. */
export interface ExecRequest {
  readonly Cmd: readonly string[];
  readonly Env?: readonly string[];
  readonly User?: string;
  readonly WorkingDir?: string;
  readonly Privileged?: boolean;
  readonly Tty: boolean;
  readonly AttachStdin: boolean;
  readonly AttachStdout: boolean;
  readonly AttachStderr: boolean;
  readonly ConsoleSize?: readonly [number, number];
}

const KEPT_NS = 5n * 60n * 1_000_000_000n;

/** Kind of the lease on an exec that is being started. */
export const EXEC_LEASE = "exec";

/** What is recorded of an exec. */
export interface ExecRecord {
  readonly id: string;
  readonly containerId: string;
  readonly request: ExecRequest;
  readonly process?: LiveProcess;
  /** Set when it has ended. */
  readonly exitCode?: number;
  /** RFC 3339; set with the exit code. */
  readonly endedAt?: string;
}

/** Prepares an exec; it runs with {@link startExec}. */
export async function createExec(
  context: ContainerContext,
  name: string,
  request: ExecRequest,
): Promise<string> {
  const record = findContainer(context.store, name);
  checkRunning(record, name);
  const exec: ExecRecord = { id: newId(), containerId: record.id, request };
  context.store.transaction(() => {
    context.store.change(
      "INSERT INTO execs(id, container, record) VALUES (?,?,?)",
      exec.id,
      record.id,
      JSON.stringify(exec),
    );
    containerEvent(context.store, record, `exec_create: ${commandText(request)}`, { execID: exec.id });
  });
  return exec.id;
}

function checkRunning(record: ContainerRecord, name: string): void {
  if (processOf(record.state) === undefined) throw notRunning(record);
  if (record.state.status === "paused") throw isPaused(name, "exec");
}

/** The record of an exec. Throws `notFound`. */
export function findExec(store: Store, id: string): ExecRecord {
  const row = store.row<{ record: string }>("SELECT record FROM execs WHERE id = ?", id);
  if (row === undefined) throw new EngineError("notFound", `No such exec instance: ${id}`);
  return JSON.parse(row.record) as ExecRecord;
}

/** Starts a prepared exec; with a sink its output from the first byte goes there. */
export async function startExec(
  context: ContainerContext,
  id: string,
  sink: OutputSink | undefined,
): Promise<Attached | undefined> {
  const exec = findExec(context.store, id);
  if (exec.process !== undefined) throw new EngineError("conflict", `exec ${id} has already run`);
  const record = findContainer(context.store, exec.containerId);
  checkRunning(record, record.id);
  const folder = execFolder(context.store, id);
  const output = sink === undefined ? undefined : createOutput(sink);
  const lease = takeLease(context.store, EXEC_LEASE, id);
  mkdirSync(folder, { recursive: true });
  try {
    const runtime = context.runtime(record.hostConfig.Runtime);
    const processSpec = await writeProcessSpec(context, record, exec);
    const connect = async (): Promise<void> => {
      const attachment: Attachment = await runtime.attach(folder, { onOutput: output?.sink ?? (() => {}) });
      output?.connect(attachment);
    };
    const process = await runtime.exec({
      containerId: record.id,
      execId: id,
      bundle: folder,
      runFolder: folder,
      exitFolder: exitFolder(context.store),
      processSpec,
      terminal: exec.request.Tty,
      stdin: exec.request.AttachStdin,
      leaveStdinOpen: false,
      logPath: undefined,
      logSizeMax: undefined,
      exitCommand: internalCommand(context.store, "exec-exited", id),
      exitDelay: output === undefined ? 0 : 2,
      ...(output === undefined ? {} : { onAttachable: connect }),
    });
    context.store.transaction(() => {
      saveExec(context, { ...exec, process: toLive(process) });
      endLease(context.store, lease);
      containerEvent(context.store, record, `exec_start: ${commandText(exec.request)}`, { execID: id });
    });
    // One that has ended before it was recorded as running told so to nobody.
    if (output === undefined) execExited(context, id);
    return output;
  } catch (error) {
    context.store.transaction(() => {
      context.store.change("DELETE FROM execs WHERE id = ?", id);
      endLease(context.store, lease);
    });
    removeRunFolder(folder);
    throw error;
  }
}

/** The command as Docker's events have it: a space ends one without arguments. */
function commandText({ Cmd: [program = "", ...words] }: ExecRequest): string {
  return `${program} ${words.join(" ")}`;
}

/** Folder of an exec's sockets and pid files. */
export function execFolder(store: Store, id: string): string {
  return join(store.run, "execs", id);
}

async function writeProcessSpec(
  context: ContainerContext,
  record: ContainerRecord,
  exec: ExecRecord,
): Promise<string> {
  const pid = processOf(record.state)?.pid ?? 0;
  const root = `/proc/${pid}/root`;
  const spec = toExecProcess(record, exec.request, {
    users: readUserFiles(root),
    facts: hostFacts(),
  });
  const path = join(execFolder(context.store, exec.id), "process.json");
  writeFileSync(path, JSON.stringify(spec), { mode: 0o600 });
  return path;
}

function toLive({ pid, monitorPid, monitorStartTime }: RunningProcess): LiveProcess {
  return { pid, monitorPid, monitorStartTime: String(monitorStartTime) };
}

function saveExec(context: ContainerContext, exec: ExecRecord): void {
  context.store.change("UPDATE execs SET record = ? WHERE id = ?", JSON.stringify(exec), exec.id);
}

/** Waits for an exec to end and resolves with its exit code. */
export async function waitExec(context: ContainerContext, id: string): Promise<number> {
  const exec = findExec(context.store, id);
  if (exec.exitCode !== undefined) return exec.exitCode;
  if (exec.process === undefined) throw new EngineError("conflict", `exec ${id} was not started`);
  const record = findById(context.store, exec.containerId);
  const runtime = context.runtime(record?.hostConfig.Runtime ?? "");
  const request = execExitRequest(context.store, exec.id, exec.process);
  const exit = await runtime.waitExit(request);
  finishExec(context, exec, exit.exitCode);
  runtime.dismiss(request.process);
  return exit.exitCode;
}

/** Records the end of an exec and removes its files. Idempotent. */
export function finishExec(context: ContainerContext, exec: ExecRecord, exitCode: number): void {
  const record = findById(context.store, exec.containerId);
  context.store.transaction(() => {
    const open = context.store.row<{ record: string }>("SELECT record FROM execs WHERE id = ?", exec.id);
    if (open === undefined || (JSON.parse(open.record) as ExecRecord).exitCode !== undefined) return;
    saveExec(context, { ...exec, exitCode, endedAt: nowText() });
    forgetOldExecs(context, exec.containerId);
    if (record !== undefined)
      containerEvent(context.store, record, "exec_die", { execID: exec.id, exitCode: String(exitCode) });
  });
  removeRunFolder(execFolder(context.store, exec.id));
}

/** Ended execs can be asked about for a while (Docker: five minutes), then they go. */
function forgetOldExecs({ store }: ContainerContext, containerId: string): void {
  const before = nowNs() - KEPT_NS;
  for (const { record } of store.rows<{ record: string }>(
    "SELECT record FROM execs WHERE container = ?",
    containerId,
  )) {
    const { id, endedAt } = JSON.parse(record) as ExecRecord;
    if (endedAt !== undefined && (parseTime(endedAt) ?? 0n) < before) forgetExec(store, id);
  }
}

/** Forgets an exec that has ended. Idempotent. */
export function forgetExec(store: Store, id: string): void {
  store.change("DELETE FROM execs WHERE id = ?", id);
}

/** What the runtime needs to find the exit of an exec. */
export function execExitRequest(store: Store, id: string, process: LiveProcess) {
  return {
    id,
    exitFolder: exitFolder(store),
    runFolder: execFolder(store, id),
    process: { ...process, monitorStartTime: BigInt(process.monitorStartTime) },
  };
}

/** Called when the monitor of an exec has seen its end and nobody waited for it. */
export function execExited(context: ContainerContext, id: string): void {
  const row = context.store.row<{ record: string }>("SELECT record FROM execs WHERE id = ?", id);
  if (row === undefined) {
    // Its container has ended, and whoever wanted its exit code has had the time to read it.
    removeRunFolder(execFolder(context.store, id));
    return;
  }
  const exec = JSON.parse(row.record) as ExecRecord;
  if (exec.process === undefined) return;
  const record = findById(context.store, exec.containerId);
  const exit = context
    .runtime(record?.hostConfig.Runtime ?? "")
    .readExit(execExitRequest(context.store, id, exec.process));
  if (exit !== undefined) finishExec(context, exec, exit.exitCode);
}

/** Tells the terminal of an exec its new size. */
export async function resizeExec(
  context: ContainerContext,
  id: string,
  size: readonly [number, number],
): Promise<void> {
  const exec = findExec(context.store, id);
  const record = findContainer(context.store, exec.containerId);
  await context.runtime(record.hostConfig.Runtime).resize(execFolder(context.store, id), size[0], size[1]);
}
