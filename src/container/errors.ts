import { EngineError } from "../base/index.ts";
import type { ContainerRecord } from "./record.ts";

/** `container <id> is not running`. */
export function notRunning(record: ContainerRecord): EngineError {
  return new EngineError("conflict", `container ${record.id} is not running`);
}

/** The command needs a container that is not paused; `name` is what the user calls it. */
export function isPaused(name: string, before: string): EngineError {
  return new EngineError("conflict", `Container ${name} is paused, unpause the container before ${before}`);
}

/** The container is being removed by someone else. */
export function removalInProgress(record: ContainerRecord): EngineError {
  return new EngineError("conflict", `removal of container ${record.id} is already in progress`);
}

/** The container is marked for removal and cannot be started or changed. */
export function markedForRemoval(): EngineError {
  return new EngineError("conflict", "container is marked for removal and cannot be started");
}
