import { existsSync, rmSync } from "node:fs";
import { join } from "node:path";
import { acquireLock, closeFd, everyCgroupFolder, openPipe, tryLock, writeAllFd } from "../host/index.ts";
import type { RuntimePlace } from "./runtime-command.ts";
import type { RunContainer } from "./types.ts";

/** Ends a container when this process dies before it has dismissed the guard. */
export interface RunGuard {
  dismiss(): void;
}

// A line means that all is well; the end of the pipe without one, that its writer is dead. A runtime that was killed
// before it wrote its state down has a cgroup that it can no longer remove.
const SCRIPT = `read -r _ && exit
kill -KILL "$1"
"$2" --root "$3" delete --force "$4"
shift 4
for _ in 1 2 3 4 5 6 7 8 9 10; do
  left=
  for folder; do rmdir "$folder"; [ ! -e "$folder" ] || left=yes; done
  [ "$left" ] || exit
  sleep 0.1
done`;

/** Has a process of its own watch over a container, which the runtime's process `runtimePid` holds. */
export function startGuard(
  place: RuntimePlace,
  { id, cgroup }: Pick<RunContainer, "id" | "cgroup">,
  runtimePid: number,
): RunGuard {
  const [watched, held] = openPipe();
  const path = lockOf(place, id);
  const lock = tryLock(path);
  try {
    const container = [String(runtimePid), place.path, place.stateRoot, id];
    const words = ["/bin/sh", "-c", SCRIPT, "sh", ...container, ...everyCgroupFolder(cgroup)];
    // In a session of its own, where no signal of the terminal reaches it.
    const stdio = [watched, "ignore", "ignore", lock?.fd ?? "ignore"] as const;
    Bun.spawn(words, { stdio: [...stdio], env: {}, detached: true }).unref();
  } catch (error) {
    closeFd(held);
    throw error;
  } finally {
    lock?.release();
    closeFd(watched);
  }
  return {
    dismiss() {
      rmSync(path, { force: true });
      writeAllFd(held, Buffer.from("\n"));
      closeFd(held);
    },
  };
}

/** Waits for the guard of a process that died: until then the runtime may still be making what is to be removed. */
export async function awaitGuard(place: RuntimePlace, id: string): Promise<void> {
  const path = lockOf(place, id);
  if (!existsSync(path)) return;
  const lock = await acquireLock(path);
  rmSync(path, { force: true });
  lock.release();
}

function lockOf(place: RuntimePlace, id: string): string {
  return join(place.stateRoot, `${id}.guard`);
}
