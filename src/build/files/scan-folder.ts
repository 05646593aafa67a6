import { type ByteString, toText } from "../../archive/index.ts";
import { EngineError } from "../../base/index.ts";
import {
  closeFd,
  type FileStat,
  isErrno,
  O_DIRECTORY,
  O_NOFOLLOW,
  O_NONBLOCK,
  O_RDONLY,
  openAt,
  openIn,
  readDir,
  readlinkAt,
  statAtIfExists,
} from "../../host/index.ts";
import {
  baseName,
  compareNames,
  fileState,
  fromBytes,
  joinPath,
  parentPath,
  toBytePath,
} from "../../snapshot/index.ts";
import type { TreeFilter } from "../result.ts";
import type { DigestCache, KnownFile } from "./digest-cache.ts";
import { changedWhileRead } from "./errors.ts";
import type { FileNode, NodeXattrs } from "./file-node.ts";
import { kindOf, readNodeXattrs } from "./node-facts.ts";

const MAX_DEPTH = 1000;

/** What a scan of a folder knows. */
export interface Scan {
  /** Absolute path of the root. */
  readonly root: string;
  readonly filter: TreeFilter | undefined;
  /** True for the user's own files. */
  readonly live: boolean;
  readonly cache: DigestCache;
  /** Files have their extended attributes before they have a digest. */
  readonly withXattrs: boolean;
}

interface Found {
  readonly path: ByteString;
  readonly stat: FileStat;
  readonly parentFd: number;
  /** The name below `parentFd`; empty when that is the object itself. */
  readonly name: ByteString;
}

const NO_XATTRS: NodeXattrs = [];
const NO_DEVICE = [0, 0] as const;

/** A node without what is below it, and without a digest. */
export function toNode(scan: Scan, { path, stat, parentFd, name }: Found): FileNode {
  const kind = kindOf(stat);
  const isDevice = kind === "character" || kind === "block";
  return {
    name: baseName(path),
    path,
    kind,
    mode: stat.mode & 0o7777,
    uid: scan.live ? 0 : stat.uid,
    gid: scan.live ? 0 : stat.gid,
    size: kind === "file" ? stat.size : 0,
    mtime: stat.mtimeSec,
    xattrs: NO_XATTRS,
    link: kind === "symlink" ? readLink(path, parentFd, name) : "",
    device: isDevice ? [stat.rdevMajor, stat.rdevMinor] : NO_DEVICE,
    inode: kind === "file" && stat.nlink > 1 ? `${stat.dev}:${stat.ino}` : undefined,
    digest: "",
    children: [],
    folder: scan.root,
    state: kind === "file" ? fileState(stat) : "",
  };
}

/** Throws `conflict` when something else has taken the link's place. */
function readLink(path: ByteString, parentFd: number, name: ByteString): ByteString {
  try {
    return fromBytes(readlinkAt(parentFd, toBytePath(name)));
  } catch (error) {
    if (isErrno(error, "EINVAL", "ENOENT")) throw changedWhileRead(path);
    throw error;
  }
}

/** The node with everything below it. What vanishes meanwhile is passed over. */
export function scanNode(scan: Scan, rootFd: number, node: FileNode): FileNode {
  if (node.kind === "directory") {
    const fd = openFolderIn(rootFd, node.path);
    return fd === undefined ? node : scanFolder(scan, node, { fd, depth: 0 });
  }
  takeKnown(node, scan.cache.read(parentPath(node.path)).get(node.name));
  return node;
}

/** Opens a folder by its path below the root, never through a link at the end; undefined when there is none. */
export function openFolderIn(rootFd: number, path: ByteString): number | undefined {
  try {
    return openIn(rootFd, path === "" ? "." : toBytePath(path), O_RDONLY | O_DIRECTORY | O_NOFOLLOW);
  } catch (error) {
    if (isErrno(error, "ENOENT", "ENOTDIR", "ELOOP")) return undefined;
    throw error;
  }
}

/** False for what a filter takes away; a folder stays when something below it may. */
export function isShown(filter: TreeFilter | undefined, { path, kind }: FileNode): boolean {
  if (filter === undefined || path === "" || !filter.excludes(toText(path))) return true;
  return kind === "directory" && !filter.excludesAllBelow(toText(path));
}

/** Scans an open folder and closes it. */
function scanFolder(
  scan: Scan,
  folder: FileNode,
  { fd, depth }: { readonly fd: number; readonly depth: number },
): FileNode {
  if (depth > MAX_DEPTH) {
    throw new EngineError("invalidArgument", `too many folders deep: ${folder.path.slice(0, 200)}`);
  }
  try {
    const known = scan.cache.read(folder.path);
    const children: FileNode[] = [];
    const names = readDir(fd).map(({ name }) => fromBytes(name));
    for (const name of names.sort(compareNames)) {
      const child = scanChild(scan, joinPath(folder.path, name), { fd, depth, name });
      if (child === undefined) continue;
      if (child.kind === "file") takeKnown(child, known.get(name));
      if (child.kind === "file" && scan.withXattrs) child.xattrs = xattrsOf(fd, name);
      children.push(child);
    }
    return { ...folder, xattrs: readNodeXattrs(fd), children };
  } finally {
    closeFd(fd);
  }
}

function scanChild(
  scan: Scan,
  path: ByteString,
  parent: { readonly fd: number; readonly depth: number; readonly name: ByteString },
): FileNode | undefined {
  const { filter } = scan;
  const excluded = filter?.excludes(toText(path)) === true;
  if (excluded && filter?.excludesAllBelow(toText(path)) === true) return undefined;
  const stat = statAtIfExists(parent.fd, toBytePath(parent.name));
  if (stat === undefined) return undefined;
  const node = toNode(scan, { path, stat, parentFd: parent.fd, name: parent.name });
  if (node.kind !== "directory") return excluded ? undefined : node;
  const fd = openChild(parent.fd, parent.name);
  if (fd === undefined) return undefined;
  const full = scanFolder(scan, node, { fd, depth: parent.depth + 1 });
  return excluded && full.children.length === 0 ? undefined : full;
}

function openChild(parentFd: number, name: ByteString): number | undefined {
  try {
    return openAt(parentFd, toBytePath(name), O_RDONLY | O_DIRECTORY | O_NOFOLLOW);
  } catch (error) {
    if (isErrno(error, "ENOENT", "ENOTDIR", "ELOOP")) return undefined;
    throw error;
  }
}

function xattrsOf(parentFd: number, name: ByteString): NodeXattrs {
  const fd = openAt(parentFd, toBytePath(name), O_RDONLY | O_NOFOLLOW | O_NONBLOCK);
  try {
    return readNodeXattrs(fd);
  } finally {
    closeFd(fd);
  }
}

function takeKnown(node: FileNode, known: KnownFile | undefined): void {
  if (known === undefined || known.state !== node.state) return;
  node.digest = known.digest;
  node.xattrs = known.xattrs;
}
