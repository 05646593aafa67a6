import { mkdirSync, readdirSync, readlinkSync, rmSync } from "node:fs";
import { join } from "node:path";
import { EngineError } from "../base/index.ts";
import {
  AT_FDCWD,
  closeFd,
  isErrno,
  MS_NODEV,
  MS_NOEXEC,
  MS_NOSUID,
  mount,
  O_DIRECTORY,
  O_PATH,
  openAt,
  openIn,
  unmount,
} from "../host/index.ts";
import type { MountPoint } from "../spec/index.ts";
import type { ContainerContext } from "./context.ts";
import { ensureBindSources } from "./create/index.ts";
import { containerPaths } from "./paths.ts";
import type { ContainerRecord } from "./record.ts";
import type { PreparedMounts } from "./write-spec.ts";

/** Mounts what a container needs beside its root: shared memory for others to join, images, parts of volumes. */
export async function prepareMounts(
  context: ContainerContext,
  record: ContainerRecord,
): Promise<PreparedMounts> {
  ensureBindSources(record.mounts);
  const sources = new Map<string, string>();
  for (const [at, point] of record.mounts.entries()) {
    const source =
      point.Type === "image" ? await mountImage(context, record, { point, at }) : volumePart(point);
    if (source !== undefined) sources.set(point.Destination, source);
  }
  return { shmPath: shmPath(context, record), sources };
}

/** Undoes {@link prepareMounts}. Idempotent. */
export async function releaseMounts(
  context: ContainerContext,
  { id, mounts }: ContainerRecord,
): Promise<void> {
  const paths = containerPaths(context.store, id);
  await context.layers.snapshots.unmount(paths.rootfs);
  while (unmount(paths.shm, { detach: true }));
  if (!mounts.some((point) => point.Type === "image")) return;
  for (const name of namesIn(imageFolder(context, id))) {
    await context.layers.snapshots.unmount(join(imageFolder(context, id), name, "root"));
    await context.layers.removeSnapshot(`${id}-image-${name}`);
  }
  rmSync(imageFolder(context, id), { recursive: true, force: true });
}

function imageFolder(context: ContainerContext, id: string): string {
  return join(containerPaths(context.store, id).folder, "images");
}

function namesIn(folder: string): string[] {
  try {
    return readdirSync(folder);
  } catch (error) {
    if (isErrno(error, "ENOENT")) return [];
    throw error;
  }
}

async function mountImage(
  context: ContainerContext,
  { id }: ContainerRecord,
  { point, at }: { readonly point: MountPoint; readonly at: number },
): Promise<string> {
  const image = context.images.resolve(point.Name ?? "");
  const folder = join(imageFolder(context, id), String(at));
  const root = join(folder, "root");
  const key = `${id}-image-${at}`;
  mkdirSync(root, { recursive: true, mode: 0o710 });
  await context.layers.snapshots.prepare(key, image.top, folder);
  await context.layers.snapshots.mount(key, root, { readOnly: true });
  return resolveInside(root, point.request?.ImageOptions?.Subpath ?? "");
}

/** The part of a volume that is mounted instead of all of it. */
export function volumePart(point: MountPoint): string | undefined {
  const part = point.request?.VolumeOptions?.Subpath;
  if (point.Type !== "volume" || !part) return undefined;
  return resolveInside(point.Source, part);
}

/** The host path of `part` below `root`, with every symbolic link kept inside `root`. */
function resolveInside(root: string, part: string): string {
  if (part === "") return root;
  const rootFd = openAt(AT_FDCWD, root, O_PATH | O_DIRECTORY);
  try {
    const fd = openIn(rootFd, part, O_PATH);
    const path = readlinkSync(`/proc/self/fd/${fd}`);
    closeFd(fd);
    return path;
  } catch (error) {
    if (!isErrno(error, "ENOENT", "ENOTDIR")) throw error;
    throw new EngineError("invalidArgument", `cannot access path ${part}: no such file or directory`);
  } finally {
    closeFd(rootFd);
  }
}

function shmPath(context: ContainerContext, { id, hostConfig }: ContainerRecord): string | undefined {
  if (hostConfig.IpcMode.startsWith("container:")) {
    return containerPaths(context.store, hostConfig.IpcMode.slice("container:".length)).shm;
  }
  if (hostConfig.IpcMode !== "shareable") return undefined;
  const { shm } = containerPaths(context.store, id);
  mkdirSync(shm, { recursive: true });
  mount("shm", shm, "tmpfs", MS_NOSUID | MS_NODEV | MS_NOEXEC, `mode=1777,size=${hostConfig.ShmSize}`);
  return shm;
}
