import { mkdirSync } from "node:fs";
import { EngineError } from "../base/index.ts";
import { AT_FDCWD, closeFd, isErrno, O_DIRECTORY, O_PATH, openAt, openIn, run } from "../host/index.ts";
import type { MountPoint } from "../spec/index.ts";
import { isEmptyVolume } from "../volume/index.ts";
import type { ContainerContext } from "./context.ts";
import { containerPaths } from "./paths.ts";

/** Gives new volumes the content and the owner that the image has at their place, as Docker does at creation. */
export async function fillVolumes(
  context: ContainerContext,
  id: string,
  mounts: readonly MountPoint[],
): Promise<void> {
  const empty = mounts.filter((mount) => wantsContent(context, mount));
  if (empty.length === 0) return;
  const { rootfs } = containerPaths(context.store, id);
  mkdirSync(rootfs, { recursive: true });
  await context.layers.snapshots.mount(id, rootfs);
  try {
    for (const mount of empty) await fill(rootfs, mount);
  } finally {
    await context.layers.snapshots.unmount(rootfs);
  }
}

function wantsContent(context: ContainerContext, { Type, Name, request }: MountPoint): boolean {
  if (Type !== "volume" || Name === undefined || request?.VolumeOptions?.NoCopy) return false;
  return isEmptyVolume(context.volumes.get(Name));
}

async function fill(rootfs: string, { Destination, Source }: MountPoint): Promise<void> {
  const root = openAt(AT_FDCWD, rootfs, O_PATH | O_DIRECTORY);
  try {
    const folder = openFolder(root, Destination);
    if (folder === undefined) return;
    try {
      // The descriptor is the confined folder: `cp` never resolves a path of the image.
      const result = await run(["cp", "-a", "--", `/proc/${process.pid}/fd/${folder}/.`, Source]);
      if (result.exitCode !== 0) {
        throw new EngineError(
          "internal",
          `failed to copy the image's content of ${Destination} into its volume: ${result.stderr.trim()}`,
        );
      }
    } finally {
      closeFd(folder);
    }
  } finally {
    closeFd(root);
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
