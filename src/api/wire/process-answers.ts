import type { Change } from "../../engine/index.ts";
import { type GoValue, goTyped } from "../../template/index.ts";
import { changesType, containerPruneType, execType, topType } from "./process-type.ts";

const KINDS = { modify: 0, add: 1, delete: 2 } as const satisfies Record<Change["kind"], number>;

/** The answer of `GET /containers/{id}/changes`; null when nothing changed. */
export function toChanges(changes: readonly Change[]): GoValue {
  const shown = changes.map(({ kind, path }) => ({ Path: path, Kind: KINDS[kind] }));
  return goTyped(changesType, shown.length === 0 ? null : shown);
}

/** The answer of `GET /containers/{id}/top`. */
export function toTop(top: {
  readonly titles: readonly string[];
  readonly processes: readonly string[][];
}): GoValue {
  return goTyped(topType, { Processes: top.processes, Titles: top.titles });
}

/** The answer of `POST /containers/prune`. */
export function toContainerPrune(report: {
  readonly removed: readonly string[];
  readonly reclaimed: number;
}): GoValue {
  return goTyped(containerPruneType, {
    ContainersDeleted: report.removed.length === 0 ? null : report.removed,
    SpaceReclaimed: report.reclaimed,
  });
}

/** An exec as `GET /exec/{id}/json` shows it. */
export interface ExecView {
  readonly id: string;
  readonly containerId: string;
  readonly running: boolean;
  /** Undefined until it has ended. */
  readonly exitCode: number | undefined;
  readonly command: readonly string[];
  readonly tty: boolean;
  readonly privileged: boolean;
  readonly user: string;
  readonly stdin: boolean;
  readonly stdout: boolean;
  readonly stderr: boolean;
  /** 0 when it does not run. */
  readonly pid: number;
}

/** The answer of `GET /exec/{id}/json`. */
export function toExecInspect(exec: ExecView): GoValue {
  const [entrypoint, ...rest] = exec.command;
  return goTyped(execType, {
    ID: exec.id,
    Running: exec.running,
    ExitCode: exec.exitCode,
    ProcessConfig: {
      tty: exec.tty,
      entrypoint,
      arguments: rest,
      privileged: exec.privileged,
      user: exec.user,
    },
    OpenStdin: exec.stdin,
    OpenStderr: exec.stderr,
    OpenStdout: exec.stdout,
    ContainerID: exec.containerId,
    Pid: exec.pid,
  });
}
