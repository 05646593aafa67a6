import { ptr } from "bun:ffi";
import { EngineError } from "../base/index.ts";
import { openAt } from "./at-files.ts";
import { cString } from "./c-string.ts";
import { fchdir } from "./confine.ts";
import { AT_FDCWD, MS_BIND, MS_RDONLY, MS_REMOUNT, O_DIRECTORY, O_PATH } from "./constants.ts";
import { closeFd } from "./file-io.ts";
import { lastErrno, libc } from "./libc.ts";
import { mount } from "./mount.ts";
import { syscallError } from "./syscall-error.ts";

/** The layers of an overlay mount; every path is absolute. */
export interface OverlayLayers {
  /** Read-only folders, the top one first; at most 500. */
  readonly lower: readonly string[];
  /** The folder that takes all changes; without it the mount is read-only. */
  readonly upper?: string;
  /** An empty folder on the file system of `upper`; needed with it. */
  readonly work?: string;
  /** More options of overlayfs, `key` or `key=value`. */
  readonly options?: readonly string[];
}

const FSOPEN = 430;
const FSCONFIG = 431;
const FSMOUNT = 432;
const MOVE_MOUNT = 429;
const CLOEXEC = 1;
const SET_FLAG = 0;
const SET_STRING = 1;
const CMD_CREATE = 6;
const F_EMPTY_PATH = 4;
// fsconfig(2) takes strings of at most 255 bytes.
const LONGEST_VALUE = 255;
const MOST_LAYERS = 500;

/** Mounts an overlay at `target` (Documentation/filesystems/overlayfs.rst); one lower folder alone is bound read-only. */
export function mountOverlay(target: string, layers: OverlayLayers): void {
  const { lower, upper } = layers;
  checkLayers(layers);
  if (upper === undefined && lower.length === 1) bindReadOnly(lower[0] ?? "", target);
  else if (!withFolders((folders) => mountByContext(target, layers, folders)))
    mountOverlayByData(target, layers);
}

function checkLayers({ lower, upper, work }: OverlayLayers): void {
  if (lower.length === 0) throw new EngineError("invalidArgument", "overlay mount needs a lower folder");
  if (lower.length > MOST_LAYERS) throw new EngineError("invalidArgument", "max depth exceeded");
  if (upper !== undefined && work === undefined) {
    throw new EngineError("invalidArgument", "overlay mount with an upper folder needs a work folder");
  }
}

/** Runs `section`, which collects descriptors, and closes them afterwards. */
function withFolders<T>(section: (folders: number[]) => T): T {
  const folders: number[] = [];
  try {
    return section(folders);
  } finally {
    for (const fd of folders) closeFd(fd);
  }
}

function bindReadOnly(source: string, target: string): void {
  mount(source, target, undefined, MS_BIND);
  mount("none", target, undefined, MS_BIND | MS_REMOUNT | MS_RDONLY);
}

/** Through fsopen(2), Linux 6.5; false when this kernel does not know `lowerdir+`. */
function mountByContext(target: string, layers: OverlayLayers, folders: number[]): boolean {
  const c = libc();
  const type = cString("overlay");
  const context = Number(c.syscall(FSOPEN, ptr(type), CLOEXEC, 0, 0, 0, 0));
  if (context < 0) return false;
  folders.push(context);
  let first = true;
  for (const folder of layers.lower) {
    const errno = setString(context, "lowerdir+", shortName(folder, folders));
    if (errno !== 0) {
      const log = readLog(context);
      if (first && log?.includes("nknown parameter")) return false;
      throw syscallError("mount overlay", folder, errno, log);
    }
    first = false;
  }
  for (const [key, value] of optionsOf(layers, folders)) {
    const errno = value === undefined ? setFlag(context, key) : setString(context, key, value);
    if (errno !== 0) throw syscallError(`mount overlay (${key})`, target, errno, readLog(context));
  }
  if (c.syscall(FSCONFIG, context, CMD_CREATE, 0, 0, 0, 0) < 0) {
    throw syscallError("mount overlay", target, lastErrno(), readLog(context));
  }
  attach(context, target, folders);
  return true;
}

function attach(context: number, target: string, folders: number[]): void {
  const c = libc();
  const tree = Number(c.syscall(FSMOUNT, context, CLOEXEC, 0, 0, 0, 0));
  if (tree < 0) throw syscallError("fsmount", target, lastErrno(), readLog(context));
  folders.push(tree);
  const empty = cString("");
  const path = cString(target);
  if (c.syscall(MOVE_MOUNT, tree, ptr(empty), AT_FDCWD, ptr(path), F_EMPTY_PATH, 0) < 0) {
    throw syscallError("mount", target, lastErrno());
  }
}

function optionsOf(layers: OverlayLayers, folders: number[]): (readonly [string, string | undefined])[] {
  const pairs: (readonly [string, string | undefined])[] = [["source", "overlay"]];
  if (layers.upper !== undefined && layers.work !== undefined) {
    pairs.push(["upperdir", shortName(layers.upper, folders)], ["workdir", shortName(layers.work, folders)]);
  }
  for (const option of layers.options ?? []) {
    const equals = option.indexOf("=");
    pairs.push(equals < 0 ? [option, undefined] : [option.slice(0, equals), option.slice(equals + 1)]);
  }
  return pairs;
}

/** A name that fits into an option; overlayfs unescapes backslashes in some options only. */
function shortName(folder: string, folders: number[]): string {
  if (Buffer.byteLength(folder) <= LONGEST_VALUE && !/[\\:,]/.test(folder)) return folder;
  const fd = openAt(AT_FDCWD, folder, O_PATH | O_DIRECTORY);
  folders.push(fd);
  return `/proc/self/fd/${fd}`;
}

function setString(context: number, key: string, value: string): number {
  const name = cString(key);
  const text = cString(value);
  const result = libc().syscall(FSCONFIG, context, SET_STRING, ptr(name), ptr(text), 0, 0);
  return result < 0 ? lastErrno() : 0;
}

function setFlag(context: number, key: string): number {
  const name = cString(key);
  return libc().syscall(FSCONFIG, context, SET_FLAG, ptr(name), 0, 0, 0) < 0 ? lastErrno() : 0;
}

/** What the kernel says about the failure: messages such as `e overlay: …` (fsopen(2)). */
function readLog(context: number): string | undefined {
  const buffer = new Uint8Array(1024);
  const lines: string[] = [];
  while (lines.length < 8) {
    const length = Number(libc().read(context, ptr(buffer), buffer.length));
    if (length <= 0) break;
    lines.push(
      Buffer.from(buffer.subarray(0, length))
        .toString()
        .trim()
        .replace(/^[ewi] /, ""),
    );
  }
  return lines.length === 0 ? undefined : lines.join("; ");
}

/**
 * As {@link mountOverlay} through mount(2), for kernels before 6.5. Its options must fit into a page: every folder is
 * named by its descriptor's number, seen from /proc/self/fd.
 */
export function mountOverlayByData(target: string, layers: OverlayLayers): void {
  withFolders((folders) => mountByData(target, layers, folders));
}

function mountByData(target: string, layers: OverlayLayers, folders: number[]): void {
  const name = (folder: string): string => {
    const fd = openAt(AT_FDCWD, folder, O_PATH | O_DIRECTORY);
    folders.push(fd);
    return String(fd);
  };
  const data = [`lowerdir=${layers.lower.map(name).join(":")}`];
  if (layers.upper !== undefined && layers.work !== undefined) {
    data.push(`upperdir=${name(layers.upper)}`, `workdir=${name(layers.work)}`);
  }
  const place = name(target);
  const here = Number(name("."));
  fchdir(openProcFd(folders));
  try {
    mount("overlay", place, "overlay", 0, [...data, ...(layers.options ?? [])].join(","));
  } finally {
    fchdir(here);
  }
}

function openProcFd(folders: number[]): number {
  const fd = openAt(AT_FDCWD, "/proc/self/fd", O_PATH | O_DIRECTORY);
  folders.push(fd);
  return fd;
}
