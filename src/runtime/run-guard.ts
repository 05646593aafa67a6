import { closeFd, openPipe, writeAllFd } from "../host/index.ts";
import type { RuntimePlace } from "./runtime-command.ts";

/** Ends a container when this process dies before it has dismissed the guard. */
export interface RunGuard {
  dismiss(): void;
}

// A line means that all is well; the end of the pipe without one, that its writer is dead.
const SCRIPT = `read -r _ && exit; kill -KILL "$4"; exec "$1" --root "$2" delete --force "$3"`;

/** Has a process of its own watch over container `id`, which the runtime's process `runtimePid` holds. */
export function startGuard(place: RuntimePlace, id: string, runtimePid: number): RunGuard {
  const [watched, held] = openPipe();
  try {
    const words = ["/bin/sh", "-c", SCRIPT, "sh", place.path, place.stateRoot, id, String(runtimePid)];
    // In a session of its own, where no signal of the terminal reaches it.
    Bun.spawn(words, { stdio: [watched, "ignore", "ignore"], env: {}, detached: true }).unref();
  } catch (error) {
    closeFd(held);
    throw error;
  } finally {
    closeFd(watched);
  }
  return {
    dismiss() {
      writeAllFd(held, Buffer.from("\n"));
      closeFd(held);
    },
  };
}
