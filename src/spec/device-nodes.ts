import { lstatSync, readdirSync, realpathSync, type Stats } from "node:fs";
import { EngineError, errnoOf } from "../base/index.ts";
import { majorOf, minorOf } from "../host/index.ts";
import type { RuntimeDevice } from "../runtime/index.ts";
import type { DeviceMapping } from "./types.ts";

// Containers get their own of these.
const OWN_FOLDERS = new Set(["pts", "shm", "fd", "mqueue", ".lxc", ".lxd-mounts", ".udev"]);

/** Looks up device nodes of this host. */
export interface DevicePort {
  /** The node at `path`, or undefined where there is something else; throws where there is nothing. */
  nodeAt(path: string): RuntimeDevice | undefined;
  /** All nodes below a folder; empty for anything else. */
  nodesBelow(path: string): readonly RuntimeDevice[];
}

/** The devices of this machine. */
export const hostDevices: DevicePort = {
  nodeAt: (path) => toNode(path, lstatSync(path)),
  nodesBelow: (path) => [...walk(path)],
};

/**
 * The nodes that one `--device` gives to a container: one, or all below a folder.
 * Throws `invalidArgument` with Docker's text where there is none.
 */
export function resolveDevice(mapping: DeviceMapping, port: DevicePort): readonly RuntimeDevice[] {
  const { PathOnHost: source, PathInContainer: target } = mapping;
  try {
    const real = realPath(source);
    const node = port.nodeAt(real);
    if (node !== undefined) return [{ ...node, path: target || source }];
    const below = port.nodesBelow(real);
    if (below.length > 0) {
      return below.map((found) => ({ ...found, path: `${target}${found.path.slice(real.length)}` }));
    }
  } catch (error) {
    if (errnoOf(error) === undefined) throw error;
    throw failed(source, errnoOf(error) === "ENOENT" ? "no such file or directory" : String(error), error);
  }
  throw failed(source, "not a device node");
}

function failed(source: string, reason: string, cause?: unknown): EngineError {
  const message = `error gathering device information while adding custom device "${source}": ${reason}`;
  return new EngineError("invalidArgument", message, { cause });
}

function realPath(path: string): string {
  try {
    return realpathSync(path);
  } catch {
    // The lookup that follows says what is wrong.
    return path;
  }
}

function* walk(folder: string): Generator<RuntimeDevice> {
  let entries: string[];
  try {
    entries = readdirSync(folder).sort();
  } catch {
    return;
  }
  for (const entry of entries) {
    const path = `${folder}/${entry}`;
    const stat = lstatSync(path, { throwIfNoEntry: false });
    if (stat === undefined) continue;
    if (stat.isDirectory() && !OWN_FOLDERS.has(entry)) yield* walk(path);
    const node = entry === "console" ? undefined : toNode(path, stat);
    if (node !== undefined) yield node;
  }
}

function toNode(path: string, stat: Stats): RuntimeDevice | undefined {
  const type = stat.isCharacterDevice() ? "c" : stat.isBlockDevice() ? "b" : undefined;
  if (type === undefined) return undefined;
  return {
    path,
    type,
    major: majorOf(stat.rdev),
    minor: minorOf(stat.rdev),
    fileMode: stat.mode & 0o7777,
    uid: stat.uid,
    gid: stat.gid,
  };
}
