import { mkdirSync, readFileSync, symlinkSync } from "node:fs";
import { join } from "node:path";
import {
  closeFd,
  isErrno,
  openPipe,
  prepareCgroupMove,
  processStartTime,
  readAvailable,
  setNonBlocking,
  writeAllFd,
} from "../host/index.ts";
import { createArguments, execArguments, foldersNeeded, MonitorFile } from "./conmon-arguments.ts";
import { createFailed, execFailed, noMonitor } from "./errors.ts";
import { findProgram } from "./find-program.ts";
import { createLineReader, type LineReader } from "./line-reader.ts";
import type { RuntimePlace } from "./runtime-command.ts";
import type { CreateProcess, ExecProcess, RunningProcess } from "./types.ts";

/** Starts conmon, which has the runtime create a container; resolves when that is done. */
export async function launchContainer(place: RuntimePlace, request: CreateProcess): Promise<RunningProcess> {
  for (const folder of foldersNeeded(request)) mkdirSync(folder, { recursive: true });
  if (request.bundle !== request.runFolder) linkSockets(request);
  const monitor = startMonitor(createArguments(place, request), request.runFolder, {
    held: request.ready !== undefined,
    keep: request.keep ?? [],
  });
  try {
    if (request.ready !== undefined) await releaseWhen(request.ready, monitor);
    prepareCgroupMove();
    return await awaitPid(monitor, request.runFolder, createFailed);
  } finally {
    monitor.close();
  }
}

/** A process, and what tells this one of its end. */
export interface LaunchedExec {
  readonly process: RunningProcess;
  /** Resolves when the exit file is there, or conmon gone. */
  readonly ended: Promise<void>;
}

/** Starts conmon, which has the runtime start an additional process; resolves when that runs. */
export async function launchExec(place: RuntimePlace, request: ExecProcess): Promise<LaunchedExec> {
  for (const folder of foldersNeeded(request)) mkdirSync(folder, { recursive: true });
  mkdirSync(join(request.runFolder, MonitorFile.execExit), { recursive: true });
  const { onAttachable } = request;
  const monitor = startMonitor(execArguments(place, request), request.runFolder, {
    attachable: onAttachable !== undefined,
  });
  prepareCgroupMove();
  try {
    if (onAttachable !== undefined) {
      await monitor.attachable.next();
      await onAttachable();
      monitor.release();
    }
    const process = await awaitPid(monitor, request.runFolder, execFailed);
    return { process, ended: awaitExit(monitor) };
  } catch (error) {
    monitor.close();
    throw error;
  }
}

/** Of an additional process conmon reports the exit code too, right after it has written the exit file. */
async function awaitExit(monitor: Monitor): Promise<void> {
  try {
    await monitor.reports.next();
  } finally {
    monitor.close();
  }
}

async function releaseWhen(ready: Promise<void>, monitor: Monitor): Promise<void> {
  try {
    await ready;
  } catch (error) {
    monitor.kill();
    throw error;
  }
  monitor.release();
}

// conmon puts its sockets into the bundle; everyone else looks for them in the run folder.
function linkSockets({ bundle, runFolder }: CreateProcess): void {
  for (const name of [MonitorFile.attach, MonitorFile.control]) {
    try {
      symlinkSync(join(bundle, name), join(runFolder, name));
    } catch (error) {
      if (!isErrno(error, "EEXIST")) throw error;
    }
  }
}

interface Monitor {
  /** conmon's reports, one JSON line each. */
  readonly reports: LineReader;
  readonly errors: number;
  /** Says when the attach socket is there. */
  readonly attachable: LineReader;
  /** Lets conmon go on after that, or at all when it was held. */
  release(): void;
  /** Ends conmon before it has forked. */
  kill(): void;
  close(): void;
}

function startMonitor(
  words: readonly string[],
  runFolder: string,
  options: { readonly attachable?: boolean; readonly held?: boolean; readonly keep?: readonly number[] },
): Monitor {
  const program = findProgram("conmon");
  if (program === undefined) throw noMonitor();
  const [reports, reportsTo] = openPipe();
  const [errors, errorsTo] = openPipe();
  const [startFrom, start] = openPipe();
  const [attachable, attachableTo] = openPipe();
  const ours = [reports, errors, start, attachable];
  const close = (): void => {
    for (const fd of ours.splice(0)) closeFd(fd);
  };
  // conmon waits for this byte before it forks, and for another before an attached exec starts.
  if (options.attachable) writeAllFd(start, GO);
  const extra = options.attachable
    ? [reportsTo, startFrom, attachableTo]
    : [reportsTo, ...(options.held ? [startFrom] : [])];
  let child: ReturnType<typeof Bun.spawn>;
  try {
    child = Bun.spawn([program, ...words], {
      cwd: runFolder,
      env: monitorEnvironment(options),
      stdio: ["ignore", "ignore", errorsTo, ...extra, ...(options.keep ?? [])],
      detached: true,
    });
    child.unref();
  } catch (error) {
    close();
    throw error;
  } finally {
    for (const fd of [reportsTo, errorsTo, startFrom, attachableTo]) closeFd(fd);
  }
  return {
    reports: createLineReader(reports),
    errors,
    attachable: createLineReader(attachable),
    close,
    release: () => writeAllFd(start, GO),
    kill: () => child.kill("SIGKILL"),
  };
}

const GO = new Uint8Array([10]);

// Left in, these would make the runtime pass sockets of ours to the container.
const NOT_FOR_CONTAINERS = ["NOTIFY_SOCKET", "LISTEN_PID", "LISTEN_FDS", "LISTEN_FDNAMES"];

/** The rest of the environment is for conmon's exit command, which is this program again. */
function monitorEnvironment(options: {
  readonly attachable?: boolean;
  readonly held?: boolean;
}): Record<string, string | undefined> {
  const environment: Record<string, string | undefined> = { ...process.env };
  for (const name of NOT_FOR_CONTAINERS) delete environment[name];
  const start = options.attachable || options.held ? { _OCI_STARTPIPE: "4" } : {};
  const attach = options.attachable ? { _OCI_ATTACHPIPE: "5" } : {};
  return { ...environment, _OCI_SYNCPIPE: "3", ...start, ...attach };
}

async function awaitPid(
  monitor: Monitor,
  runFolder: string,
  failed: (text: string) => Error,
): Promise<RunningProcess> {
  const { data, message } = parseReport(await monitor.reports.next());
  if (data === undefined || data <= 0) {
    throw failed(runtimeError(runFolder) ?? message ?? readRest(monitor.errors));
  }
  const monitorPid = Number(readFileSync(join(runFolder, MonitorFile.monitorPid), "utf8"));
  return { pid: data, monitorPid, monitorStartTime: processStartTime(monitorPid) ?? 0n };
}

interface Report {
  readonly data?: number;
  readonly message?: string;
}

function parseReport(line: string): Report {
  try {
    const value: unknown = JSON.parse(line);
    if (typeof value !== "object" || value === null) return {};
    const data = "data" in value && typeof value.data === "number" ? { data: value.data } : {};
    const message = "message" in value && typeof value.message === "string" ? { message: value.message } : {};
    return { ...data, ...message };
  } catch {
    return {};
  }
}

/** The last error in the runtime's log: conmon's copy of it may be cut. */
function runtimeError(runFolder: string): string | undefined {
  try {
    const lines = readFileSync(join(runFolder, MonitorFile.runtimeLog), "utf8").trim().split("\n");
    for (const line of lines.reverse()) {
      const entry: unknown = JSON.parse(line);
      if (typeof entry !== "object" || entry === null || !("msg" in entry) || !("level" in entry)) continue;
      if (entry.level === "error" || entry.level === "fatal") return String(entry.msg);
    }
  } catch {
    // No log, or none that can be read: conmon's own words must do.
  }
  return undefined;
}

function readRest(fd: number): string {
  setNonBlocking(fd, true);
  const buffer = new Uint8Array(16 * 1024);
  const count = readAvailable(fd, buffer) ?? 0;
  const text = Buffer.from(buffer.subarray(0, count)).toString().trim();
  return text === "" ? "conmon ended without a report" : text;
}
