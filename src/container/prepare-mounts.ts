import { mkdirSync } from "node:fs";
import { MS_NODEV, MS_NOEXEC, MS_NOSUID, mount, unmount } from "../host/index.ts";
import type { MountPoint } from "../spec/index.ts";
import type { ContainerContext } from "./context.ts";
import { ensureBindSources } from "./create/index.ts";
import { mountImage, mountPart, unmountImages, unmountParts, volumePart } from "./mount-points.ts";
import { containerPaths } from "./paths.ts";
import type { ContainerRecord } from "./record.ts";
import type { PreparedMounts } from "./write-spec.ts";

/** Mounts what a container needs beside its root: shared memory for others to join, images, volumes and parts of them. */
export async function prepareMounts(
  context: ContainerContext,
  record: ContainerRecord,
): Promise<PreparedMounts> {
  ensureBindSources(record.mounts);
  await mountVolumes(context, record);
  const sources = new Map<string, string>();
  for (const [at, point] of record.mounts.entries()) {
    const part = volumePart(point);
    if (point.Type === "image") {
      sources.set(point.Destination, await mountImage(context, record, { point, at }));
    } else if (part !== undefined) {
      sources.set(point.Destination, mountPart(context, record, { point, part, at }));
    }
  }
  return { shmPath: shmPath(context, record), sources };
}

/** Undoes {@link prepareMounts}. Idempotent. */
export async function releaseMounts(context: ContainerContext, record: ContainerRecord): Promise<void> {
  const { id, mounts } = record;
  const paths = containerPaths(context.store, id);
  await context.layers.snapshots.unmount(paths.rootfs);
  while (unmount(paths.shm, { detach: true }));
  unmountParts(context, record);
  await unmountVolumes(context, record);
  if (mounts.some((point) => point.Type === "image")) await unmountImages(context, id);
}

/** Makes the files of a container's volumes ready. */
export async function mountVolumes(
  { volumes }: ContainerContext,
  { id, mounts }: Pick<ContainerRecord, "id" | "mounts">,
): Promise<void> {
  for (const { Name: volume, Destination: destination, RW: writable } of mounts.filter(isVolume)) {
    await volumes.mount({ volume, container: id, destination, readOnly: !writable });
  }
}

/** Undoes {@link mountVolumes}. Idempotent. */
export async function unmountVolumes(
  { volumes }: ContainerContext,
  { id, mounts }: Pick<ContainerRecord, "id" | "mounts">,
): Promise<void> {
  const names = mounts.filter(isVolume).map(({ Name }) => Name);
  if (names.length > 0) await volumes.unmount(id, names);
}

function isVolume(point: MountPoint): point is MountPoint & { readonly Name: string } {
  return point.Type === "volume" && point.Name !== undefined;
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
