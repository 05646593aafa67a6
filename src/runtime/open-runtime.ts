import { mkdirSync } from "node:fs";
import { join } from "node:path";
import { throwIfAborted } from "../base/index.ts";
import { attachProcess } from "./attach.ts";
import { chooseRuntime } from "./choose-runtime.ts";
import { deleteContainer } from "./delete-container.ts";
import { dismissMonitor } from "./dismiss-monitor.ts";
import { commandFailed } from "./errors.ts";
import { launchContainer, launchExec } from "./launch-monitor.ts";
import { listProcesses } from "./list-processes.ts";
import { readStats } from "./read-stats.ts";
import { reopenLog, resizeTerminal } from "./resize.ts";
import { endRun, runContainer } from "./run-container.ts";
import { failureText, type RuntimePlace, runRuntime } from "./runtime-command.ts";
import { signalProcess } from "./signal-process.ts";
import { startContainer } from "./start-container.ts";
import type { RunningProcess, Runtime } from "./types.ts";
import { readExit, waitExit } from "./wait-exit.ts";

/** Where a runtime keeps what it knows. */
export interface RuntimeOptions {
  /** Folder that survives a reboot: which runtimes start here. */
  readonly root: string;
  /** Folder of this boot: the runtime's own state. */
  readonly run: string;
  /** Name or path of the runtime; the first of crun and runc that starts if empty or not given. */
  readonly name?: string;
}

/** Finds the OCI runtime; the first time on a machine that costs a trial run. Throws when there is none. */
export function openRuntime(options: RuntimeOptions): Runtime {
  const program = chooseRuntime(options, options.name ?? "");
  const stateRoot = join(options.run, "runtime");
  mkdirSync(stateRoot, { recursive: true, mode: 0o700 });
  const place: RuntimePlace = { ...program, stateRoot };
  const ends = new Map<string, Promise<void>>();
  return {
    name: program.name,
    path: program.path,
    create: async (request, call) => {
      throwIfAborted(call);
      const created = await launchContainer(place, request);
      if (call?.signal?.aborted) await deleteContainer(place, request.id, true);
      throwIfAborted(call);
      return created;
    },
    start: (id) => startContainer(place, id),
    run: (request, call) => runContainer(place, request, call),
    endRun: (request) => endRun(place, request),
    exec: async (request, call) => {
      throwIfAborted(call);
      const { process, ended } = await launchExec(place, request);
      const key = monitorKey(process);
      ends.set(key, ended);
      void ended.finally(() => ends.delete(key));
      return process;
    },
    attach: attachProcess,
    resize: async (runFolder, height, width) => resizeTerminal(runFolder, height, width),
    reopenLog: async (runFolder) => reopenLog(runFolder),
    kill: (id, signal, { all = false } = {}) => signalProcess(place, id, { signal, all }),
    pause: (id) => command(place, ["pause", id]),
    resume: (id) => command(place, ["resume", id]),
    update: (id, resources) => command(place, ["update", "--resources", "-", id], JSON.stringify(resources)),
    delete: (id, { force = false } = {}) => deleteContainer(place, id, force),
    stats: async (id, pid) => readStats(id, pid),
    dismiss: dismissMonitor,
    processes: (_, pid) => listProcesses(pid),
    waitExit: (request, call) => waitExit(request, { ...call, ended: ends.get(monitorKey(request.process)) }),
    readExit,
  };
}

function monitorKey({ monitorPid, monitorStartTime }: RunningProcess): string {
  return `${monitorPid} ${monitorStartTime}`;
}

async function command(place: RuntimePlace, words: readonly string[], stdin?: string): Promise<void> {
  const result = await runRuntime(place, words, stdin);
  if (result.exitCode !== 0) throw commandFailed(place.name, words[0] ?? "", failureText(result));
}
