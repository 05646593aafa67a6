import { dirname, join } from "node:path";
import type { RuntimePlace } from "./runtime-command.ts";
import type { CreateProcess, ExecProcess } from "./types.ts";

/** Names of conmon's files in a process's run folder. */
export const MonitorFile = {
  pid: "pid",
  monitorPid: "conmon.pid",
  attach: "attach",
  control: "ctl",
  runtimeLog: "runtime.log",
  oom: "oom",
  /** Folder for the exit file of an exec; containers have theirs in the exit folder of all. */
  execExit: "exit",
} as const;

/** conmon's arguments to create a container (conmon(8)). */
export function createArguments(place: RuntimePlace, request: CreateProcess): string[] {
  return [
    ...commonArguments(place, request),
    ...["-c", request.id, "-u", request.id, "-b", request.bundle],
    ...["--exit-dir", request.exitFolder],
    ...exitArguments(request),
  ];
}

/** conmon's arguments to start an additional process. Its exit file is named after the container, hence the folder of its own. */
export function execArguments(place: RuntimePlace, request: ExecProcess): string[] {
  return [
    ...commonArguments(place, request),
    ...["--exec", "--exec-process-spec", request.processSpec],
    ...["-c", request.containerId, "-u", request.execId, "-b", request.runFolder],
    ...["--exit-dir", join(request.runFolder, MonitorFile.execExit)],
    ...(request.onAttachable === undefined ? [] : ["--exec-attach"]),
    ...exitArguments(request),
  ];
}

type Common = Omit<CreateProcess, "id" | "bundle">;

function commonArguments(place: RuntimePlace, request: Common): string[] {
  const { runFolder } = request;
  return [
    ...["--api-version", "1", "-r", place.path, "--full-attach", "--no-sync-log"],
    ...["-p", join(runFolder, MonitorFile.pid), "-P", join(runFolder, MonitorFile.monitorPid)],
    ...["-l", request.logPath === undefined ? "none" : `k8s-file:${request.logPath}`],
    ...(request.logPath === undefined || request.logSizeMax === undefined
      ? []
      : ["--log-size-max", String(request.logSizeMax)]),
    ...(request.terminal ? ["-t"] : []),
    ...(request.stdin ? ["-i"] : []),
    ...(request.stdin && request.leaveStdinOpen ? ["--leave-stdin-open"] : []),
    ...runtimeArgument(`--root=${place.stateRoot}`),
    ...runtimeArgument(`--log=${join(runFolder, MonitorFile.runtimeLog)}`),
    ...runtimeArgument("--log-format=json"),
  ];
}

function exitArguments({ exitCommand, exitDelay }: Common): string[] {
  const [program, ...words] = exitCommand;
  if (program === undefined) return [];
  return [
    ...["--exit-command", program],
    ...words.flatMap((word) => ["--exit-command-arg", word]),
    ...(exitDelay > 0 ? ["--exit-delay", String(exitDelay)] : []),
  ];
}

function runtimeArgument(word: string): string[] {
  return ["--runtime-arg", word];
}

/** Every folder that conmon expects to exist. */
export function foldersNeeded(request: Common): string[] {
  return [request.runFolder, request.exitFolder, ...(request.logPath ? [dirname(request.logPath)] : [])];
}
