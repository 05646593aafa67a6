import type { RuntimeMount } from "../../../../runtime/index.ts";
import type { MountTarget } from "../mount-points.ts";
import type { Step } from "../step.ts";
import { prepareBind } from "./bind-mount.ts";
import { openCaches, prepareCache } from "./cache-mount.ts";
import { prepareSecret } from "./secret-mount.ts";
import { prepareSsh } from "./ssh-mount.ts";
import type { Release, StepMount } from "./step-mount.ts";
import { prepareTmpfs } from "./tmpfs-mount.ts";

/** The mounts of a step and what comes with them. */
export interface StepMounts {
  /** From the root down. */
  readonly mounts: readonly RuntimeMount[];
  /** What the root needs for them. */
  readonly targets: readonly MountTarget[];
  /** Where the first agent is, or would be. */
  readonly sshSocket: string | undefined;
  /** `NAME=value` of secrets. */
  readonly secretEnv: readonly string[];
}

/** Makes ready what a step mounts. What has to be undone is added to `releases` as it is made, also when this throws. */
export async function prepareMounts(step: Step, releases: Release[]): Promise<StepMounts> {
  const found: StepMount[] = [];
  const secretEnv: string[] = [];
  const sockets: string[] = [];
  const caches = await openCaches(step, releases);
  for (const [at, mount] of step.definition.mounts.entries()) {
    const name = String(at);
    switch (mount.type) {
      case "bind":
        found.push(await prepareBind(step, name, { mount, releases }));
        break;
      case "cache":
        found.push(prepareCache(step, name, { mount, caches }));
        break;
      case "tmpfs":
        found.push(prepareTmpfs(mount));
        break;
      case "secret": {
        const { file, env } = prepareSecret(step, name, mount);
        if (file !== undefined) found.push(file);
        if (env !== undefined) secretEnv.push(env);
        break;
      }
      case "ssh": {
        // As in BuildKit the variable is set even when no agent was given.
        sockets.push(mount.target);
        const made = await prepareSsh(step, name, { mount, releases });
        if (made !== undefined) found.push(made);
        break;
      }
    }
  }
  const sorted = found.toSorted((a, b) => depth(a.mount.destination) - depth(b.mount.destination));
  return {
    mounts: sorted.map(({ mount }) => mount),
    targets: targetsOf(sorted),
    sshSocket: sockets[0],
    secretEnv,
  };
}

const KERNEL_FOLDERS = ["/dev", "/proc", "/sys"];

/** The mount points that lie on the root itself, and not in something that is mounted. */
function targetsOf(mounts: readonly StepMount[]): MountTarget[] {
  const mounted = [...KERNEL_FOLDERS, ...mounts.map(({ mount }) => mount.destination)];
  return mounts
    .map(({ mount, kind }) => ({ target: mount.destination, kind }))
    .filter(({ target }) => !mounted.some((place) => target.startsWith(`${place}/`)));
}

function depth(path: string): number {
  return path.split("/").filter(Boolean).length;
}
