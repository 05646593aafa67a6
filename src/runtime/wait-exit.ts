import { existsSync, readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { type CallOptions, throwIfAborted } from "../base/index.ts";
import { isErrno, isSameProcess, openPidfd, waitPidfd, watchFolder } from "../host/index.ts";
import { MonitorFile } from "./conmon-arguments.ts";
import type { CreateProcess, Exit, RunningProcess } from "./types.ts";

/** Which process's end is meant. */
export type ExitRequest = Pick<CreateProcess, "id" | "exitFolder" | "runFolder"> & {
  readonly process: RunningProcess;
};

// What Docker reports for a container that was lost.
const UNKNOWN_EXIT_CODE = 255;

/** How the process ended; undefined while it runs. */
export function readExit(request: ExitRequest): Exit | undefined {
  const seen = readExitFile(request);
  if (seen !== undefined) return seen;
  const { monitorPid, monitorStartTime } = request.process;
  if (isSameProcess(monitorPid, monitorStartTime)) return undefined;
  // conmon may have written the file between the two looks.
  return readExitFile(request) ?? lost(request);
}

/** How a wait for an exit can be given up, and what else tells of it. */
export interface WaitExitOptions extends CallOptions {
  /** Resolves when the exit file should be there; without it its folder is watched. */
  readonly ended?: Promise<void> | undefined;
}

/** Resolves when the exit file is there or conmon is gone; the wait costs no processor time. */
export async function waitExit(request: ExitRequest, options: WaitExitOptions = {}): Promise<Exit> {
  throwIfAborted(options);
  if (options.ended !== undefined) {
    await unlessAborted(options.ended, options);
    const exit = readExit(request);
    if (exit !== undefined) return exit;
  }
  // Watching begins before the first look, so no end can fall between the two.
  const watch = watchFolder(exitPlace(request));
  const stop = new AbortController();
  const signal = options.signal === undefined ? stop.signal : AbortSignal.any([stop.signal, options.signal]);
  signal.addEventListener("abort", watch.close, { once: true });
  const monitorGone = waitMonitor(request.process, signal);
  // When the exit file is there at once nobody asks for this any more.
  monitorGone.catch(() => {});
  try {
    for (;;) {
      const exit = readExit(request);
      if (exit !== undefined) return exit;
      await Promise.race([watch.changed(), monitorGone]);
      throwIfAborted(options);
    }
  } finally {
    stop.abort();
    watch.close();
  }
}

/** Waits for the event; throws `cancelled` when the signal aborts before. */
async function unlessAborted(event: Promise<void>, options: CallOptions): Promise<void> {
  const { promise: aborted, resolve: abort } = Promise.withResolvers<void>();
  options.signal?.addEventListener("abort", () => abort(), { once: true });
  await Promise.race([event, aborted]);
  throwIfAborted(options);
}

async function waitMonitor(
  { monitorPid, monitorStartTime }: RunningProcess,
  signal: AbortSignal,
): Promise<void> {
  const pidfd = openPidfd(monitorPid);
  if (pidfd === undefined) return;
  if (isSameProcess(monitorPid, monitorStartTime)) await waitPidfd(pidfd, { signal });
  else await waitPidfd(pidfd, { signal: AbortSignal.abort() });
}

function readExitFile(request: ExitRequest): Exit | undefined {
  const folder = exitPlace(request);
  const name = folder === request.exitFolder ? request.id : execExitName(folder);
  if (name === undefined) return undefined;
  const text = readIfExists(join(folder, name));
  if (text === undefined || text === "") return undefined;
  return { exitCode: Number.parseInt(text, 10) & 0xff, oomKilled: wasOomKilled(request), observed: true };
}

/** An exec has its exit file, named after the container, in its own run folder. */
function exitPlace({ runFolder, exitFolder }: ExitRequest): string {
  const own = join(runFolder, MonitorFile.execExit);
  return existsSync(own) ? own : exitFolder;
}

function execExitName(folder: string): string | undefined {
  try {
    // A name with a dot is one that conmon still writes to.
    return readdirSync(folder).find((name) => !name.includes("."));
  } catch (error) {
    if (isErrno(error, "ENOENT")) return undefined;
    throw error;
  }
}

function lost(request: ExitRequest): Exit {
  return { exitCode: UNKNOWN_EXIT_CODE, oomKilled: wasOomKilled(request), observed: false };
}

function wasOomKilled({ runFolder }: ExitRequest): boolean {
  return existsSync(join(runFolder, MonitorFile.oom));
}

function readIfExists(path: string): string | undefined {
  try {
    return readFileSync(path, "utf8").trim();
  } catch (error) {
    if (isErrno(error, "ENOENT")) return undefined;
    throw error;
  }
}
