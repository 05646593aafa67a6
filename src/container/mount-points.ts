import { mkdirSync, readlinkSync, rmSync } from "node:fs";
import { join } from "node:path";
import { EngineError } from "../base/index.ts";
import {
  AT_FDCWD,
  bindInside,
  closeFd,
  isErrno,
  namesIn,
  O_DIRECTORY,
  O_PATH,
  openAt,
  openIn,
  removePlace,
} from "../host/index.ts";
import type { MountPoint } from "../spec/index.ts";
import type { ContainerContext } from "./context.ts";
import { containerPaths } from "./paths.ts";
import type { ContainerRecord } from "./record.ts";

/** Mounts the image that a mount names, or a part of it; the host path to give to the container. */
export async function mountImage(
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
  return pathInside(root, point.request?.ImageOptions?.Subpath ?? "");
}

/** Undoes every {@link mountImage} of a container. */
export async function unmountImages(context: ContainerContext, id: string): Promise<void> {
  const folder = imageFolder(context, id);
  for (const name of namesIn(folder)) {
    await context.layers.snapshots.unmount(join(folder, name, "root"));
    await context.layers.removeSnapshot(`${id}-image-${name}`);
  }
  rmSync(folder, { recursive: true, force: true });
}

/** The part of a volume that is mounted instead of all of it. */
export function volumePart(point: MountPoint): string | undefined {
  return point.Type === "volume" ? point.request?.VolumeOptions?.Subpath || undefined : undefined;
}

/**
 * Binds the part of a volume to a place of the engine's own and returns that: a path into the volume would be
 * walked again by the runtime, and another container could exchange a folder on it for a link meanwhile.
 */
export function mountPart(
  { store }: ContainerContext,
  { id }: ContainerRecord,
  { point, part, at }: { readonly point: MountPoint; readonly part: string; readonly at: number },
): string {
  const target = join(store.run, "parts", `${id}-${at}`);
  mkdirSync(join(store.run, "parts"), { recursive: true, mode: 0o700 });
  withPart(point.Source, part, () => bindInside(point.Source, part, target));
  return target;
}

/** Undoes every {@link mountPart} of a container. Idempotent. */
export function unmountParts({ store }: ContainerContext, { id, mounts }: ContainerRecord): void {
  for (const [at, point] of mounts.entries()) {
    if (volumePart(point) === undefined) continue;
    removePlace(join(store.run, "parts", `${id}-${at}`));
  }
}

function pathInside(root: string, part: string): string {
  if (part === "") return root;
  return withPart(root, part, () => {
    const rootFd = openAt(AT_FDCWD, root, O_PATH | O_DIRECTORY);
    try {
      const fd = openIn(rootFd, part, O_PATH);
      const path = readlinkSync(`/proc/self/fd/${fd}`);
      closeFd(fd);
      return path;
    } finally {
      closeFd(rootFd);
    }
  });
}

/** Says in Docker's words that `section` did not find `part` below `root`. */
function withPart<T>(root: string, part: string, section: () => T): T {
  try {
    return section();
  } catch (error) {
    if (!isErrno(error, "ENOENT", "ENOTDIR", "ELOOP")) throw error;
    const path = join(root, part);
    throw new EngineError(
      "invalidArgument",
      `cannot access path ${path}: lstat ${path}: no such file or directory`,
    );
  }
}

function imageFolder(context: ContainerContext, id: string): string {
  return join(containerPaths(context.store, id).folder, "images");
}
