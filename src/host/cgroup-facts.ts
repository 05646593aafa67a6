import { readFileSync } from "node:fs";
import { listMounts, type MountInfo } from "./mount-info.ts";
import { isErrno } from "./syscall-error.ts";

/** How this machine groups processes. */
export interface CgroupFacts {
  /** `hybrid`: version 1 controllers beside an unused version 2 tree. */
  readonly version: 1 | 2 | "hybrid";
  /** The controllers in use: `cpu`, `memory`, `pids`, … */
  readonly controllers: readonly string[];
  /** Where each version 1 controller is mounted; for version 2 one entry, named "". */
  readonly mountpoints: ReadonlyMap<string, string>;
}

interface Hierarchy {
  readonly target: string;
  /** The part of the tree that is mounted at `target`: not `/` inside a container. */
  readonly root: string;
}

interface Layout extends CgroupFacts {
  readonly hierarchies: ReadonlyMap<string, Hierarchy>;
  /** Where the version 2 tree is mounted, used or not. */
  readonly unified: string | undefined;
}

let layout: Layout | undefined;

/** The cgroup set-up of this machine, read once. */
export function cgroupFacts(): CgroupFacts {
  return currentLayout();
}

/** The folders of the cgroup `path` (as in the runtime spec: absolute, such as `/strake/<id>`), by controller; for version 2 one entry, named "". */
export function cgroupFolders(path: string): ReadonlyMap<string, string> {
  const { hierarchies } = currentLayout();
  return new Map([...hierarchies].map(([name, { target }]) => [name, join(target, path)]));
}

/** Every folder of the cgroup `path`, each once; on a hybrid machine with that in the version 2 tree, which runtimes make too. */
export function everyCgroupFolder(path: string): ReadonlySet<string> {
  const { unified } = currentLayout();
  const folders = new Set(cgroupFolders(path).values());
  if (unified !== undefined) folders.add(join(unified, path));
  return folders;
}

/** The cgroup folders that the process `pid` is in, by controller; empty when there is no such process. */
export function cgroupFoldersOf(pid: number): ReadonlyMap<string, string> {
  const { hierarchies } = currentLayout();
  const folders = new Map<string, string>();
  for (const line of readProcCgroup(pid).split("\n")) {
    const [, names, ...rest] = line.split(":");
    const path = rest.join(":");
    for (const name of (names ?? "").split(",")) {
      const hierarchy = hierarchies.get(name.replace(/^name=/, ""));
      if (hierarchy !== undefined)
        folders.set(name.replace(/^name=/, ""), join(hierarchy.target, below(hierarchy.root, path)));
    }
  }
  return folders;
}

/** Reads the set-up out of a list of mounts and the controllers of the version 2 root. */
export function toCgroupLayout(mounts: readonly MountInfo[], unifiedControllers: readonly string[]): Layout {
  const hierarchies = new Map<string, Hierarchy>();
  const unified = mounts.find(({ type }) => type === "cgroup2");
  for (const { type, target, root, superOptions } of mounts) {
    if (type !== "cgroup") continue;
    for (const name of superOptions.filter((option) => !PLAIN_OPTIONS.has(option))) {
      hierarchies.set(name.replace(/^name=/, ""), { target, root });
    }
  }
  const legacy = hierarchies.size > 0;
  if (!legacy && unified !== undefined) hierarchies.set("", { target: unified.target, root: unified.root });
  const controllers = legacy
    ? [...hierarchies.keys()].filter((name) => name !== "systemd")
    : unifiedControllers;
  const mountpoints = new Map([...hierarchies].map(([name, { target }]) => [name, target]));
  const version = legacy ? (unified === undefined ? 1 : "hybrid") : 2;
  return {
    version,
    controllers: [...controllers].sort(),
    mountpoints,
    hierarchies,
    unified: unified?.target,
  };
}

const PLAIN_OPTIONS: ReadonlySet<string> = new Set([
  "rw",
  "ro",
  "noprefix",
  "clone_children",
  "xattr",
  "none",
]);

function currentLayout(): Layout {
  if (layout !== undefined) return layout;
  const mounts = listMounts().filter(({ type }) => type === "cgroup" || type === "cgroup2");
  const unified = mounts.find(({ type }) => type === "cgroup2");
  layout = toCgroupLayout(mounts, unified === undefined ? [] : readControllers(unified.target));
  return layout;
}

function readControllers(folder: string): string[] {
  try {
    return readFileSync(`${folder}/cgroup.controllers`, "utf8")
      .trim()
      .split(" ")
      .filter((name) => name !== "");
  } catch (error) {
    if (isErrno(error, "ENOENT")) return [];
    throw error;
  }
}

function readProcCgroup(pid: number): string {
  try {
    return readFileSync(`/proc/${pid}/cgroup`, "utf8");
  } catch (error) {
    if (isErrno(error, "ENOENT", "ESRCH")) return "";
    throw error;
  }
}

function below(root: string, path: string): string {
  if (root === "/") return path;
  return path === root || path.startsWith(`${root}/`) ? path.slice(root.length) : path;
}

function join(folder: string, path: string): string {
  return `${folder}/${path}`.replace(/\/+/g, "/").replace(/\/$/, "");
}
