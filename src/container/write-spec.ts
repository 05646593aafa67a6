import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { EngineError, withWords } from "../base/index.ts";
import {
  checkRoot,
  hostDevices,
  hostFacts,
  openContainerSeccomp,
  readUserFiles,
  type SpecInput,
  toRuntimeSpec,
} from "../spec/index.ts";
import type { ContainerContext } from "./context.ts";
import { notRunning } from "./errors.ts";
import { networkFiles, type SandboxChoice } from "./network.ts";
import { containerPaths } from "./paths.ts";
import type { ContainerRecord } from "./record.ts";
import { processOf } from "./state.ts";
import { findContainer } from "./table.ts";

/** What is mounted for a container beside its root; made by `prepareMounts`. */
export interface PreparedMounts {
  readonly shmPath: string | undefined;
  /** Host paths by target. */
  readonly sources: ReadonlyMap<string, string>;
}

/** Writes the runtime's `config.json` of a container whose root is mounted. */
export function writeSpec(
  context: ContainerContext,
  record: ContainerRecord,
  { sandbox, mounts }: { readonly sandbox: SandboxChoice; readonly mounts: PreparedMounts },
): void {
  const paths = containerPaths(context.store, record.id);
  checkRoot(paths.rootfs);
  const facts = hostFacts();
  const hostname =
    sandbox.kind === "container" ? findContainer(context.store, sandbox.id).config.Hostname : undefined;
  const input: SpecInput = {
    container: record,
    rootfs: paths.rootfs,
    files: networkFiles(context, record),
    users: readUserFiles(paths.rootfs),
    network: sandbox.kind === "host" ? "host" : { path: sandbox.path },
    joined: joinedProcesses(context, record),
    shmPath: mounts.shmPath,
    ...(hostname === undefined ? {} : { hostname }),
    sources: mounts.sources,
    seccomp: openContainerSeccomp(record, facts),
    facts,
    devices: hostDevices,
  };
  writeFileSync(join(paths.bundle, "config.json"), JSON.stringify(toRuntimeSpec(input)), { mode: 0o600 });
}

function joinedProcesses(context: ContainerContext, { hostConfig }: ContainerRecord): SpecInput["joined"] {
  const pid = joinedProcess(context, hostConfig.PidMode, "PID");
  const ipc = joinedProcess(context, hostConfig.IpcMode, "IPC");
  return { ...(pid === undefined ? {} : { pid }), ...(ipc === undefined ? {} : { ipc }) };
}

function joinedProcess(context: ContainerContext, mode: string, kind: "PID" | "IPC"): number | undefined {
  if (!mode.startsWith("container:")) return undefined;
  return withWords(`failed to join ${kind} namespace`, () => {
    const joined = findContainer(context.store, mode.slice("container:".length));
    const process = processOf(joined.state);
    if (process === undefined) throw notRunning(joined);
    if (kind === "IPC" && joined.hostConfig.IpcMode !== "shareable") {
      throw new EngineError(
        "conflict",
        `container ${joined.id}: non-shareable IPC (hint: use IpcMode:shareable for the donor container)`,
      );
    }
    return process.pid;
  });
}
