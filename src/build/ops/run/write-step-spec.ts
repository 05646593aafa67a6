import { writeFileSync } from "node:fs";
import { join } from "node:path";
import type { RuntimeMount } from "../../../runtime/index.ts";
import {
  checkRoot,
  hostDevices,
  hostFacts,
  openContainerSeccomp,
  readUserFiles,
  resolveUser,
  type SpecContainer,
  type SpecInput,
  toRuntimeSpec,
} from "../../../spec/index.ts";
import { toStepEnvironment } from "./environment.ts";
import type { Step } from "./step.ts";
import { stepHostname } from "./step-files.ts";

/** What a step is given beside its definition. */
export interface StepSurroundings {
  readonly network: SpecInput["network"];
  /** In the order in which they are made, over those that every container has. */
  readonly mounts: readonly RuntimeMount[];
  readonly sshSocket: string | undefined;
  /** `NAME=value` of secrets. */
  readonly secretEnv: readonly string[];
}

/** What another process in the place of the step runs: a shell, after a failure. */
export interface OtherProcess {
  readonly args: readonly string[];
  readonly terminal: boolean;
}

/** Writes the runtime's `config.json` of a step whose root is mounted. Throws as BuildKit does for users that are not there. */
export function writeStepSpec(step: Step, given: StepSurroundings, other?: OtherProcess): void {
  const { definition, context, snapshot, hostConfig, folders } = step;
  const { target: rootfs } = snapshot;
  const users = readUserFiles(rootfs);
  const container = toContainer(step, other);
  const facts = hostFacts();
  const spec = toRuntimeSpec({
    container,
    rootfs,
    files: { hostname: undefined, hosts: undefined, resolvConf: undefined },
    users,
    network: given.network,
    joined: {},
    shmPath: undefined,
    sources: new Map(),
    seccomp: openContainerSeccomp({ hostConfig }, facts),
    facts,
    devices: hostDevices,
  });
  const env = toStepEnvironment(definition, {
    proxies: context.request.proxies,
    sshSocket: given.sshSocket,
    secrets: given.secretEnv,
    home: resolveUser(definition.user, users).home,
  });
  const terminal = other?.terminal === true && process.env.TERM ? [`TERM=${process.env.TERM}`] : [];
  const whole = {
    ...spec,
    process: { ...spec.process, env: [...env, ...terminal] },
    mounts: [...spec.mounts, ...given.mounts],
  };
  writeFileSync(join(folders.bundle, "config.json"), JSON.stringify(whole), { mode: 0o600 });
}

/** Throws `invalidArgument` for a root that the runtime could be led out of. */
export function checkStepRoot({ snapshot }: Step): void {
  checkRoot(snapshot.target);
}

function toContainer(
  { id, definition, context, hostConfig }: Step,
  other: OtherProcess | undefined,
): SpecContainer {
  const [path = "", ...args] = other?.args ?? definition.args;
  return {
    id,
    path,
    args,
    config: {
      Hostname: stepHostname(context.request),
      Domainname: "",
      User: definition.user,
      AttachStdin: false,
      AttachStdout: false,
      AttachStderr: false,
      Tty: other?.terminal ?? false,
      OpenStdin: false,
      StdinOnce: false,
      Image: "",
      WorkingDir: definition.cwd,
    },
    hostConfig,
    mounts: [],
  };
}
