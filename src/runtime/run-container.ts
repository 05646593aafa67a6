import { rmSync } from "node:fs";
import { basename, join } from "node:path";
import { type CallOptions, throwIfAborted } from "../base/index.ts";
import {
  cgroupFolders,
  closeFd,
  openPipe,
  prepareCgroupMove,
  readOomKills,
  writeAllFd,
} from "../host/index.ts";
import { endCgroup } from "./end-cgroup.ts";
import { awaitGuard, startGuard } from "./run-guard.ts";
import type { RuntimePlace } from "./runtime-command.ts";
import type { AttachSinks, Exit, RunContainer } from "./types.ts";

/** Runs a container in the foreground, see `Runtime.run`. */
export async function runContainer(
  place: RuntimePlace,
  request: RunContainer,
  options: CallOptions = {},
): Promise<Exit> {
  throwIfAborted(options);
  const { child, release } = startRuntime(place, request);
  prepareCgroupMove();
  const guard = startGuard(place, request, child.pid);
  release();
  const stop = (): void => child.kill("SIGKILL");
  options.signal?.addEventListener("abort", stop, { once: true });
  try {
    await finish(child, request.stdio, stop);
    throwIfAborted(options);
    const oomKilled = readOomKills(cgroupFolders(request.cgroup)) > 0;
    return { exitCode: child.exitCode ?? 128 + SIGKILL, oomKilled, observed: child.exitCode !== null };
  } finally {
    options.signal?.removeEventListener("abort", stop);
    await removeRun(place, request);
    guard.dismiss();
  }
}

const SIGKILL = 9;

/** Ends what a process that died has left of a run, see `Runtime.endRun`. */
export async function endRun(
  place: RuntimePlace,
  container: Pick<RunContainer, "id" | "cgroup">,
): Promise<void> {
  await awaitGuard(place, container.id);
  await removeRun(place, container);
}

/** Kills what runs of the container, and removes its cgroup and the runtime's state. Idempotent. */
async function removeRun(
  place: RuntimePlace,
  { id, cgroup }: Pick<RunContainer, "id" | "cgroup">,
): Promise<void> {
  await endCgroup(cgroup);
  rmSync(join(place.stateRoot, id), { recursive: true, force: true });
}

// Ends where its starter dies before the guard is there: nobody would end what the runtime then starts.
const GATE = `read -r _ <&3 || exit; exec 3<&-; exec "$@"`;

/** Starts the runtime, which makes nothing before its release. */
function startRuntime(place: RuntimePlace, { id, bundle, stdio }: RunContainer) {
  // Kept until its counters are read; other runtimes have no such option.
  const keep = basename(place.path).includes("runc") ? ["--keep"] : [];
  // With a log of its own the runtime says to the container's output only why it failed.
  const log = ["--log", join(bundle, "runtime.log")];
  const run = [place.path, "--root", place.stateRoot, ...log, "run", ...keep, "--bundle", bundle, id];
  const words = ["/bin/sh", "-c", GATE, "sh", ...run];
  const env = { PATH: process.env.PATH ?? "" };
  const [gate, key] = openPipe();
  const release = (): void => {
    writeAllFd(key, Buffer.from("\n"));
    closeFd(key);
  };
  try {
    if (stdio === "terminal") {
      const child = Bun.spawn(words, { stdio: ["inherit", "inherit", "inherit", gate], env });
      return { child, release };
    }
    // In a session of its own: the terminal's ^C is for this process, which then ends the container.
    const child = Bun.spawn(words, { stdio: ["ignore", "pipe", "pipe", gate], env, detached: true });
    return { child, release };
  } finally {
    closeFd(gate);
  }
}

async function finish(
  child: ReturnType<typeof startRuntime>["child"],
  stdio: RunContainer["stdio"],
  stop: () => void,
): Promise<void> {
  if (stdio === "terminal" || !child.stdout || !child.stderr) {
    await child.exited;
    return;
  }
  try {
    await Promise.all([
      pass(child.stdout, (data) => stdio.onOutput("stdout", data)),
      pass(child.stderr, (data) => stdio.onOutput("stderr", data)),
      child.exited,
    ]);
  } catch (error) {
    stop();
    await child.exited;
    throw error;
  }
}

async function pass(
  stream: ReadableStream<Uint8Array>,
  sink: (data: Uint8Array) => ReturnType<AttachSinks["onOutput"]>,
): Promise<void> {
  for await (const data of stream) await sink(data);
}
