import { mkdirSync, readdirSync, rmdirSync } from "node:fs";
import { join } from "node:path";
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
  const { rootfs, runFolder } = containerPaths(context.store, id);
  mkdirSync(rootfs, { recursive: true });
  await context.layers.snapshots.mount(id, rootfs);
  try {
    for (const mount of wanted) await fill(context, rootfs, mount);
  } finally {
    await context.layers.snapshots.unmount(rootfs);
    for (const folder of [rootfs, runFolder]) rmdirSync(folder);
  }
}

type VolumePoint = MountPoint & { readonly Name: string };

function asksForContent(point: MountPoint): point is VolumePoint {
  return point.Type === "volume" && point.Name !== undefined && !point.request?.VolumeOptions?.NoCopy;
}

async function fill({ volumes }: ContainerContext, rootfs: string, point: VolumePoint): Promise<void> {
  const part = volumePart(point);
  const isThere = await withFolder(rootfs, point.Destination, (source) =>
    withWordsAsync("failed to populate volume", async () => {
      const copyTo = (target: number) => copyInto(source, target);
      if (part === undefined) {
        await volumes.fill(point.Name, async (folder) => void (await withFolder(folder, ".", copyTo)));
        return;
      }
      await volumes.withMounted(point.Name, ({ path }) =>
        withFolder(path, part, async (target) => {
          if (readdirSync(openPath(target)).length === 0) await copyTo(target);
        }),
      );
    }),
  );
  if (!isThere && part === undefined) checkNoFile(rootfs, point.Destination);
}

async function copyInto(source: number, target: number): Promise<void> {
  // The descriptors are the confined folders: `cp` resolves no path of the image, and none of the volume.
  const copy = ["cp", "-a", "--", `${openPath(source)}/.`, openPath(target)];
  // What nobody waits for any more must not go on writing: the folder is removed by whoever finds it.
  const result = await run(["setpriv", "--pdeathsig", "KILL", "--", ...copy]);
  if (result.exitCode !== 0) throw new EngineError("internal", result.stderr.trim());
}

function openPath(fd: number): string {
  return `/proc/${process.pid}/fd/${fd}`;
}

/** Runs `section` with the folder `path` of a tree open; false when there is no such folder. */
async function withFolder(
  root: string,
  path: string,
  section: (fd: number) => Promise<void>,
): Promise<boolean> {
  const fd = openInside(root, path, O_PATH | O_DIRECTORY);
  if (fd === undefined) return false;
  try {
    await section(fd);
  } finally {
    closeFd(fd);
  }
  return true;
}

/** Throws in Docker's words where a volume is to lie over a file. */
function checkNoFile(root: string, path: string): void {
  const fd = openInside(root, path, O_PATH);
  if (fd === undefined) return;
  closeFd(fd);
  throw new EngineError("invalidArgument", `source ${join(root, path)} is not directory`, {
    hint: "a volume is a folder: name another path in the container, or bind a file of this machine",
  });
}

function openInside(root: string, path: string, flags: number): number | undefined {
  const rootFd = openAt(AT_FDCWD, root, O_PATH | O_DIRECTORY);
  try {
    return openIn(rootFd, path, flags);
  } catch (error) {
    if (isErrno(error, "ENOENT", "ENOTDIR", "ELOOP")) return undefined;
    throw error;
  } finally {
    closeFd(rootFd);
  }
}
