import { readFileSync } from "node:fs";
import { dirname } from "node:path";
import { AT_FDCWD, AT_SYMLINK_NOFOLLOW } from "./constants.ts";
import { statAtIfExists } from "./stat-at.ts";

/** One line of /proc/self/mountinfo (proc_pid_mountinfo(5)). */
export interface MountInfo {
  readonly id: number;
  readonly parentId: number;
  readonly major: number;
  readonly minor: number;
  /** The part of the file system that is mounted. */
  readonly root: string;
  readonly target: string;
  readonly options: readonly string[];
  /** Such as `shared:1` or `master:2`. */
  readonly propagation: readonly string[];
  readonly type: string;
  readonly source: string;
  readonly superOptions: readonly string[];
}

/** All mounts at or below `prefix` that this process sees, parents first; every mount when no prefix is given. */
export function listMounts(prefix?: string): MountInfo[] {
  const mounts = parseMountInfo(readFileSync("/proc/self/mountinfo", "utf8"));
  if (prefix === undefined || prefix === "/") return mounts;
  const below = prefix.endsWith("/") ? prefix : `${prefix}/`;
  return mounts.filter(({ target }) => target === prefix || target.startsWith(below));
}

/** True when something is mounted exactly at `path`. A symbolic link is not followed. */
export function isMountPoint(path: string): boolean {
  const here = statAtIfExists(AT_FDCWD, path, AT_SYMLINK_NOFOLLOW);
  if (here === undefined) return false;
  const parent = statAtIfExists(AT_FDCWD, dirname(path), 0);
  return parent === undefined || here.mountId !== parent.mountId || path === "/";
}

/** Reads the text of a mountinfo file. */
export function parseMountInfo(text: string): MountInfo[] {
  return text
    .split("\n")
    .filter((line) => line !== "")
    .map(parseLine);
}

function parseLine(line: string): MountInfo {
  const [before = "", after = ""] = line.split(" - ");
  const [id = "", parentId = "", device = "", root = "", target = "", options = "", ...propagation] =
    before.split(" ");
  const [type = "", source = "", superOptions = ""] = after.split(" ");
  const [major = "", minor = ""] = device.split(":");
  return {
    id: Number(id),
    parentId: Number(parentId),
    major: Number(major),
    minor: Number(minor),
    root: unescapeOctal(root),
    target: unescapeOctal(target),
    options: options.split(","),
    propagation,
    type,
    source: unescapeOctal(source),
    superOptions: superOptions.split(",").map(unescapeOctal),
  };
}

function unescapeOctal(text: string): string {
  return text.replace(/\\([0-7]{3})/g, (_, digits: string) =>
    String.fromCharCode(Number.parseInt(digits, 8)),
  );
}
