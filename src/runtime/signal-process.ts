import { closeFd, isSameProcess, openPidfd, pidfdSendSignal } from "../host/index.ts";
import { commandFailed, processGone } from "./errors.ts";
import { failureText, type RuntimePlace, runRuntime } from "./runtime-command.ts";
import { readRuntimeState } from "./runtime-state.ts";

const SIGKILL = 9;

/** Sends `signal` to the first process of a container, or to all of its processes. Throws `conflict` when it has ended. */
export async function signalProcess(
  place: RuntimePlace,
  id: string,
  target: { readonly signal: number; readonly all: boolean },
): Promise<void> {
  if (!target.all) {
    const sent = signalDirectly(place, id, target.signal);
    if (sent === true) return;
    if (sent === false) throw processGone(id);
  }
  const words = ["kill", ...(target.all ? ["--all"] : []), id, String(target.signal)];
  const result = await runRuntime(place, words);
  if (result.exitCode === 0) return;
  const text = failureText(result);
  if (/not running|no such process|process already finished|does not exist/i.test(text))
    throw processGone(id);
  throw commandFailed(place.name, "kill", text);
}

/** Through a pidfd, 10 ms faster than the runtime; undefined when that would not be the same. */
function signalDirectly(place: RuntimePlace, id: string, signal: number): boolean | undefined {
  const state = readRuntimeState(place, id);
  // Without a process namespace of its own the runtime must also kill what the first process started.
  if (state === undefined || (signal === SIGKILL && !state.ownPidNamespace)) return undefined;
  const pidfd = openPidfd(state.pid);
  if (pidfd === undefined) return false;
  try {
    return isSameProcess(state.pid, state.startTime) && pidfdSendSignal(pidfd, signal);
  } finally {
    closeFd(pidfd);
  }
}
