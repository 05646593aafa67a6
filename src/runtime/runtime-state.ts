import { readFileSync } from "node:fs";
import { join } from "node:path";
import type { RuntimePlace } from "./runtime-command.ts";

/** What runc's state file says of a container. */
export interface RuntimeState {
  /** The first process. */
  readonly pid: number;
  /** Clock ticks since boot. */
  readonly startTime: bigint;
  /** The container has its own process namespace, so its first process takes the others along. */
  readonly ownPidNamespace: boolean;
  /** The runtime has more to do at start or at removal than we know of. */
  readonly hasLateHooks: boolean;
  readonly cgroupFolders: readonly string[];
}

/** Reads runc's `state.json`; undefined when there is none or it reads otherwise (another runtime). */
export function readRuntimeState(place: RuntimePlace, id: string): RuntimeState | undefined {
  try {
    return toRuntimeState(JSON.parse(readFileSync(join(place.stateRoot, id, "state.json"), "utf8")));
  } catch {
    return undefined;
  }
}

function toRuntimeState(value: unknown): RuntimeState | undefined {
  if (!isRecord(value)) return undefined;
  const { init_process_pid: pid, init_process_start: start, config, cgroup_paths: cgroups } = value;
  if (typeof pid !== "number" || pid <= 0 || typeof start !== "number") return undefined;
  if (!isRecord(config) || !isRecord(cgroups)) return undefined;
  return {
    pid,
    startTime: BigInt(start),
    ownPidNamespace: listOf(config.namespaces).some(
      (entry) => isRecord(entry) && entry.type === "NEWPID" && entry.path === "",
    ),
    hasLateHooks: hasHook(config, "poststart") || hasHook(config, "poststop"),
    cgroupFolders: Object.values(cgroups).filter((path) => typeof path === "string"),
  };
}

function hasHook(config: Readonly<Record<string, unknown>>, name: string): boolean {
  return isRecord(config.Hooks) && listOf(config.Hooks[name]).length > 0;
}

function listOf(value: unknown): readonly unknown[] {
  return Array.isArray(value) ? value : [];
}

function isRecord(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === "object" && value !== null;
}
