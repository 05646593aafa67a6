import type { CallOptions } from "../base/index.ts";

/** The parts of the OCI runtime-spec `config.json` that Strake writes; the full type is in `spec-types.ts`. */
export type { RuntimeProcess, RuntimeSpec } from "./spec-types.ts";

/** A container process as conmon and the kernel know it. */
export interface RunningProcess {
  readonly pid: number;
  readonly monitorPid: number;
  /** Clock ticks since boot at which `monitorPid` started: tells it from a later process with the same pid. */
  readonly monitorStartTime: bigint;
}

/** How conmon is to hold a container. */
export interface CreateProcess {
  readonly id: string;
  /** Folder with `config.json`. */
  readonly bundle: string;
  /** Folder for pid files, sockets and the ctl FIFO of this container; under `$STRAKE_RUN`. */
  readonly runFolder: string;
  /** Folder that the exit file named `id` is written to. */
  readonly exitFolder: string;
  readonly terminal: boolean;
  /** Keep a pipe to the process's stdin. */
  readonly stdin: boolean;
  /** The pipe stays open when an attached client goes (Docker's OpenStdin without StdinOnce). */
  readonly leaveStdinOpen: boolean;
  /** k8s-file log; undefined for the log driver `none`. */
  readonly logPath: string | undefined;
  readonly logSizeMax: number | undefined;
  /** Program and arguments that conmon runs when the process has ended. */
  readonly exitCommand: readonly string[];
  /** Seconds between the end and the exit command. */
  readonly exitDelay: number;
  /**
   * The bundle is whole when this resolves; the monitor is started meanwhile and waits for it. When it rejects
   * nothing was made, and the error is that of the call. A bundle that is whole already if not given.
   */
  readonly ready?: Promise<void>;
  /**
   * Descriptors that the monitor holds open as long as it lives; the container gets none of them. With `ready` given,
   * `copyKept` gets at them again.
   */
  readonly keep?: readonly number[];
}

/** An additional process in a running container. */
export interface ExecProcess extends Omit<CreateProcess, "bundle" | "id"> {
  readonly containerId: string;
  readonly execId: string;
  readonly bundle: string;
  /** Path of the JSON file with the `process` object. */
  readonly processSpec: string;
  /**
   * Awaited when the attach socket is there and before the process starts (conmon's `--exec-attach` with the
   * attach and start pipes), so that a caller who attaches here misses no output. Without it nobody attaches.
   */
  readonly onAttachable?: () => Promise<void>;
}

/** A container that runs in the foreground: without a monitor, a log or input. */
export interface RunContainer {
  readonly id: string;
  /** Folder with `config.json`. */
  readonly bundle: string;
  /** The cgroup that `config.json` says: `/strake/<id>`. */
  readonly cgroup: string;
  /** Where its output goes; or this process's own terminal, whose input it then has too. */
  readonly stdio: AttachSinks | "terminal";
}

/** Where the output of an attachment goes. */
export interface AttachSinks {
  /** May return a promise for back-pressure; a rejection ends the attachment, not the container. */
  readonly onOutput: (stream: "stdout" | "stderr", data: Uint8Array) => void | Promise<void>;
}

/** A connection to the stdio of a process. */
export interface Attachment {
  /** Resolves when every byte that fits has been taken. */
  write(data: Uint8Array): Promise<void>;
  /** Ends the stdin of the process. */
  closeStdin(): void;
  /** Resolves when the process has closed its output or {@link Attachment.close} was called. */
  readonly done: Promise<void>;
  /** Leaves the process alone. */
  close(): void;
}

/** One reading of the cgroup counters. Bytes, nanoseconds, counts. */
export interface ProcessStats {
  readonly readAt: bigint;
  readonly cpuTotal: number;
  readonly cpuUser: number;
  readonly cpuKernel: number;
  readonly perCpu: readonly number[] | undefined;
  /** Total CPU time of the machine. */
  readonly systemCpu: number;
  readonly onlineCpus: number;
  readonly throttling: {
    readonly periods: number;
    readonly throttledPeriods: number;
    readonly throttledTime: number;
  };
  readonly memoryUsage: number;
  readonly memoryMaxUsage: number | undefined;
  readonly memoryLimit: number;
  readonly memoryStat: Readonly<Record<string, number>>;
  readonly pids: number;
  readonly pidsLimit: number | undefined;
  readonly blockIo: readonly {
    readonly major: number;
    readonly minor: number;
    readonly op: "read" | "write";
    readonly bytes: number;
  }[];
  readonly networks: Readonly<
    Record<
      string,
      {
        readonly rxBytes: number;
        readonly rxPackets: number;
        readonly rxErrors: number;
        readonly rxDropped: number;
        readonly txBytes: number;
        readonly txPackets: number;
        readonly txErrors: number;
        readonly txDropped: number;
      }
    >
  >;
  readonly cgroupVersion: 1 | 2;
}

/** Limits that can change while a container runs; undefined leaves one as it is. OCI runtime-spec, config-linux.md. */
export interface ResourceUpdate {
  readonly memory?: { readonly limit?: number; readonly reservation?: number; readonly swap?: number };
  readonly cpu?: {
    readonly shares?: number;
    readonly quota?: number;
    readonly period?: number;
    readonly realtimeRuntime?: number;
    readonly realtimePeriod?: number;
    readonly cpus?: string;
    readonly mems?: string;
  };
  readonly pids?: { readonly limit: number };
  readonly blockIO?: { readonly weight?: number };
}

/** How a process ended. */
export interface Exit {
  /** As a shell shows it: 128+n after signal n. */
  readonly exitCode: number;
  readonly oomKilled: boolean;
  /** False when the monitor died without a word: the code is then 255. */
  readonly observed: boolean;
}

/** An OCI runtime held by conmon. */
export interface Runtime {
  /** `runc`, `crun` or the path given. */
  readonly name: string;
  readonly path: string;
  /** Namespaces and root exist afterwards, the process has not started. Errors carry the runtime's own text. */
  create(request: CreateProcess, options?: CallOptions): Promise<RunningProcess>;
  start(id: string): Promise<void>;
  /**
   * Runs a container to its end. What the runtime itself has to say, such as that there is no such program, comes as
   * output, with exit code 1. Aborting kills all of the container at once, and the call fails with kind `cancelled`;
   * the death of this process kills it as well. Neither state nor cgroup is left in any case.
   */
  run(request: RunContainer, options?: CallOptions): Promise<Exit>;
  /** Ends what a process that died has left of a {@link Runtime.run}. Idempotent. */
  endRun(request: Pick<RunContainer, "id" | "cgroup">): Promise<void>;
  /** Starts an additional process; resolves when it runs. */
  exec(request: ExecProcess, options?: CallOptions): Promise<RunningProcess>;
  attach(runFolder: string, sinks: AttachSinks): Promise<Attachment>;
  resize(runFolder: string, height: number, width: number): Promise<void>;
  /** The monitor of this run folder goes on in a new log file of the same name; the old file is the caller's. */
  reopenLog(runFolder: string): Promise<void>;
  /** Sends to the first process, or to all of the container. */
  kill(id: string, signal: number, options?: { readonly all?: boolean }): Promise<void>;
  pause(id: string): Promise<void>;
  resume(id: string): Promise<void>;
  update(id: string, resources: ResourceUpdate): Promise<void>;
  /** Removes the runtime's state and the cgroup. Idempotent. */
  delete(id: string, options?: { readonly force?: boolean }): Promise<void>;
  stats(id: string, pid: number): Promise<ProcessStats>;
  /**
   * Ends the monitor of a process whose end has been recorded, and its exit command with it: nobody needs to be told
   * any more. Idempotent.
   */
  dismiss(process: RunningProcess): void;
  /** Host pids of all processes of the container. */
  processes(id: string, pid: number): number[];
  /** Resolves when the exit file is there or the monitor is gone. */
  waitExit(
    request: Pick<CreateProcess, "id" | "exitFolder" | "runFolder"> & { readonly process: RunningProcess },
    options?: CallOptions,
  ): Promise<Exit>;
  /** As {@link Runtime.waitExit} but at once: undefined while it runs. */
  readExit(
    request: Pick<CreateProcess, "id" | "exitFolder" | "runFolder"> & { readonly process: RunningProcess },
  ): Exit | undefined;
}
