import { mkdirSync } from "node:fs";
import { EngineError, isEngineError } from "../base/index.ts";
import { isMountPoint } from "../host/index.ts";
import type { CopyOutReport, PlaceMount, TreePlace } from "../snapshot/index.ts";
import { readUserFiles, resolveUser } from "../spec/index.ts";
import { type ContainerContext, containerEvent, withContainer } from "./context.ts";
import { volumePart } from "./mount-points.ts";
import { containerPaths } from "./paths.ts";
import { mountVolumes, unmountVolumes } from "./prepare-mounts.ts";
import type { ContainerRecord } from "./record.ts";
import { processOf } from "./state.ts";
import { findContainer } from "./table.ts";

/** What is at a path of a container. */
export interface PathStat {
  readonly name: string;
  readonly size: number;
  /** Unix mode with type bits. */
  readonly mode: number;
  /** Nanoseconds since the epoch. */
  readonly mtime: bigint;
  /** Where a symbolic link leads, absolute; else empty. */
  readonly linkTarget: string;
}

/** How a tar is unpacked into a container. */
export interface ArchiveWrite {
  readonly fd: number;
  /** It is known not to be compressed. */
  readonly plain?: boolean;
  /** Refuse to put a file over a folder or a folder over a file. */
  readonly noOverwriteDirNonDir: boolean;
  /** Give everything to the container's user. */
  readonly copyUidGid: boolean;
}

/** What is at `path`; a final symbolic link is not followed. */
export async function statPath(context: ContainerContext, name: string, path: string): Promise<PathStat> {
  return await copyOut(context, name, { path, fd: undefined });
}

/** Writes a tar of `path` to `fd`, its entries named from the last element of `path` on. */
export async function readArchive(
  context: ContainerContext,
  name: string,
  request: { readonly path: string; readonly fd: number },
): Promise<PathStat> {
  const stat = await copyOut(context, name, request);
  containerEvent(context.store, findContainer(context.store, name), "archive-path");
  return stat;
}

interface CopyOut {
  readonly path: string;
  readonly fd: number | undefined;
}

async function copyOut(context: ContainerContext, name: string, { path, fd }: CopyOut): Promise<PathStat> {
  const record = findContainer(context.store, name);
  try {
    const report: CopyOutReport = await inPlace(context, record, (place) =>
      context.layers.copyOut(place, { path: absolute(path), fd }),
    );
    const { name: base, size, mode, linkTarget } = report;
    return {
      name: base,
      size,
      mode,
      linkTarget,
      mtime: BigInt(report.mtimeSec) * 1_000_000_000n + BigInt(report.mtimeNsec),
    };
  } catch (error) {
    throw isEngineError(error, "notFound") ? notFound(path, name) : error;
  }
}

/** Unpacks the tar from a descriptor into the folder `path` of a container, running or not. */
export async function writeArchive(
  context: ContainerContext,
  name: string,
  { path, fd, plain = false, noOverwriteDirNonDir, copyUidGid }: ArchiveWrite & { readonly path: string },
): Promise<void> {
  const record = findContainer(context.store, name);
  const stopped = processOf(record.state) === undefined;
  if (record.hostConfig.ReadonlyRootfs && stopped && !isInMount(record, absolute(path))) {
    throw new EngineError("forbidden", "container rootfs is marked read-only");
  }
  try {
    await inPlace(context, record, (place) =>
      context.layers.copyIn(place, {
        path: absolute(path),
        fd,
        plain,
        noOverwriteDirNonDir,
        ...(copyUidGid && record.config.User ? { owner: ownerIn(place, record) } : {}),
      }),
    );
  } catch (error) {
    throw isEngineError(error, "notFound") ? notFound(path, name) : error;
  }
  containerEvent(context.store, record, "extract-to-dir");
}

function ownerIn(place: TreePlace, { config }: ContainerRecord): { uid: number; gid: number } {
  const root = place.kind === "folder" ? place.path : `/proc/${place.pid}/root`;
  const files = readUserFiles(root);
  const { uid, gid } = resolveUser(config.User ?? "", files);
  return { uid, gid };
}

function absolute(path: string): string {
  return path.startsWith("/") ? path : `/${path}`;
}

function notFound(path: string, name: string): EngineError {
  return new EngineError("notFound", `Could not find the file ${path} in container ${name}`);
}

function isInMount({ mounts }: ContainerRecord, path: string): boolean {
  return mounts.some(({ Destination }) => path === Destination || path.startsWith(`${Destination}/`));
}

/** What a container that does not run would see of the host if it ran. */
function placeMounts({ store }: ContainerContext, { id, mounts }: ContainerRecord): PlaceMount[] {
  const paths = containerPaths(store, id);
  const files: PlaceMount[] = [
    { source: paths.resolvConf, target: "/etc/resolv.conf", readOnly: false },
    { source: paths.hostname, target: "/etc/hostname", readOnly: false },
    { source: paths.hosts, target: "/etc/hosts", readOnly: false },
  ];
  const asked = mounts
    .filter(({ Type }) => Type === "bind" || Type === "volume")
    .map((point) => {
      const part = volumePart(point);
      return {
        source: point.Source,
        ...(part === undefined ? {} : { part }),
        target: point.Destination,
        readOnly: !point.RW,
      };
    });
  const taken = new Set(asked.map(({ target }) => target));
  return [...files.filter(({ target }) => !taken.has(target)), ...asked];
}

/** Runs `section` with the container's file system: what its processes see, or its mounted root while it does not run. */
async function inPlace<T>(
  context: ContainerContext,
  record: ContainerRecord,
  section: (place: TreePlace) => Promise<T>,
): Promise<T> {
  const process = processOf(record.state);
  if (process !== undefined) return await section({ kind: "process", pid: process.pid });
  return await withContainer(context, record.id, async () => {
    const { rootfs } = containerPaths(context.store, record.id);
    mkdirSync(rootfs, { recursive: true });
    const mounted = isMountPoint(rootfs);
    if (!mounted) await context.layers.snapshots.mount(record.id, rootfs);
    try {
      await mountVolumes(context, record);
      return await section({ kind: "folder", path: rootfs, mounts: placeMounts(context, record) });
    } finally {
      await unmountVolumes(context, record);
      if (!mounted) await context.layers.snapshots.unmount(rootfs);
    }
  });
}
