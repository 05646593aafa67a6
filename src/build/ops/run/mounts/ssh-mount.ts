import { chmodSync, chownSync } from "node:fs";
import { join } from "node:path";
import { EngineError } from "../../../../base/index.ts";
import type { SshMount } from "../../../graph/definition.ts";
import type { Step } from "../step.ts";
import { forwardSocket } from "./forward-socket.ts";
import { startAgent } from "./ssh-agent.ts";
import type { Release, StepMount } from "./step-mount.ts";

/** Shows an agent's socket to a step. Throws `notFound` as BuildKit does when it must be there and none was given. */
export async function prepareSsh(
  step: Step,
  name: string,
  { mount, releases }: { readonly mount: SshMount; readonly releases: Release[] },
): Promise<StepMount | undefined> {
  const source = step.context.request.ssh.find(({ id }) => id === mount.id);
  if (source === undefined) {
    if (!mount.required) return undefined;
    throw new EngineError("notFound", `unset ssh forward key ${mount.id}`, {
      hint: `give an agent or a key with --ssh ${mount.id}`,
    });
  }
  const { bundle } = step.folders;
  let agent = source.socket;
  if (source.keys.length > 0) {
    const started = await startAgent(join(bundle, `${name}.agent`), source.keys);
    releases.push(started.stop);
    agent = started.socket;
  }
  if (agent === undefined)
    throw new EngineError("notFound", `ssh forward key ${mount.id} has neither agent nor key`);
  // Of our own, since agents turn away other users than their own.
  const socket = join(bundle, `${name}.sock`);
  releases.push(forwardSocket(socket, agent));
  chmodSync(socket, mount.mode);
  chownSync(socket, mount.uid, mount.gid);
  const options = ["bind", "nosuid", "nodev", "noexec"];
  return { kind: "file", mount: { destination: mount.target, type: "bind", source: socket, options } };
}
