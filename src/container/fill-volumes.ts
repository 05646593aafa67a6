import { mkdirSync, readdirSync } from "node:fs";
import { EngineError, withWordsAsync } from "../base/index.ts";
import { AT_FDCWD, closeFd, isErrno, O_DIRECTORY, O_PATH, openAt, openIn, run } from "../host/index.ts";
import type { MountPoint } from "../spec/index.ts";
import { hasDevice, isEmptyVolume } from "../volume/index.ts";
import type { ContainerContext } from "./context.ts";
import { volumePart } from "./mount-points.ts";
import { containerPaths } from "./paths.ts";

/** Gives new volumes the content and the owner that the image has at their place, as Docker does at creation. */
export async function fillVolumes(
  context: ContainerContext,
  id: string,
  mounts: readonly MountPoint[],
): Promise<void> {
  const asked = mounts.filter(asksForContent);
  const wanted = asked.filter((point) => {
    const volume = context.volumes.get(point.Name);
    return volumePart(point) !== undefined || hasDevice(volume) || isEmptyVolume(volume);
  });
  if (wanted.length === 0) return;
  const { rootfs } = containerPaths(context.store, id);
  mkdirSync(rootfs, { recursive: true });
  await context.layers.snapshots.mount(id, rootfs);
  try {
    for (const mount of wanted) await fill(context, rootfs, mount);
  } finally {
    await context.layers.snapshots.unmount(rootfs);
  }
}

type VolumePoint = MountPoint & { readonly Name: string };

function asksForContent(point: MountPoint): point is VolumePoint {
  return point.Type === "volume" && point.Name !== undefined && !point.request?.VolumeOptions?.NoCopy;
}

async function fill(context: ContainerContext, rootfs: string, point: VolumePoint): Promise<void> {
  await withFolder(rootfs, point.Destination, (source) =>
    withWordsAsync("failed to populate volume", () =>
      context.volumes.withMounted(point.Name, (volume) =>
        withFolder(volume.path, volumePart(point) ?? ".", async (target) => {
          if (readdirSync(openPath(target)).length === 0) await copyInto(source, target);
        }),
      ),
    ),
  );
}

async function copyInto(source: number, target: number): Promise<void> {
  // The descriptors are the confined folders: `cp` resolves no path of the image, and none of the volume.
  const result = await run(["cp", "-a", "--", `${openPath(source)}/.`, openPath(target)]);
  if (result.exitCode !== 0) throw new EngineError("internal", result.stderr.trim());
}

function openPath(fd: number): string {
  return `/proc/${process.pid}/fd/${fd}`;
}

/** Runs `section` with the folder `path` of a tree open; not at all when there is no such folder. */
async function withFolder(root: string, path: string, section: (fd: number) => Promise<void>): Promise<void> {
  const rootFd = openAt(AT_FDCWD, root, O_PATH | O_DIRECTORY);
  try {
    const fd = openFolder(rootFd, path);
    if (fd === undefined) return;
    try {
      await section(fd);
    } finally {
      closeFd(fd);
    }
  } finally {
    closeFd(rootFd);
  }
}

function openFolder(root: number, path: string): number | undefined {
  try {
    return openIn(root, path, O_PATH | O_DIRECTORY);
  } catch (error) {
    if (isErrno(error, "ENOENT", "ENOTDIR", "ELOOP")) return undefined;
    throw error;
  }
}
