import type { ByteString } from "../archive/index.ts";
import {
  AT_FDCWD,
  type BytePath,
  closeFd,
  type FileStat,
  isErrno,
  lseek,
  O_DIRECTORY,
  O_NOFOLLOW,
  O_RDONLY,
  openAt,
  readDir,
  S_IFDIR,
  S_IFMT,
  SEEK_SET,
  statAtIfExists,
} from "../host/index.ts";
import { compareNames, fromBytes, joinPath, toBytePath } from "./byte-names.ts";
import { MAX_DEPTH } from "./entry-path.ts";
import { badEntry } from "./errors.ts";

/** A file system object met on a walk; reach it by its name below `parentFd`, never by its path. */
export interface TreeNode {
  readonly path: ByteString;
  readonly name: ByteString;
  readonly parentFd: number;
  readonly stat: FileStat;
}

/** What a walk tells of. */
export interface TreeVisitor {
  node(node: TreeNode): void;
  /** Says of a folder whether its content is to be walked; without it, all of them are. */
  wants?(node: TreeNode): boolean;
  /** Called with the folder open, after its `node` and before what is in it. */
  enter?(node: TreeNode, fd: number): void;
  /** Called after what is in the folder. */
  leave?(node: TreeNode): void;
  /** True passes over what lies too deep in the tree; otherwise the walk throws `invalidArgument` there. */
  readonly skipDeep?: boolean;
}

/**
 * Walks the tree below an open folder in the order of Go's `filepath.Walk` (sorted by bytes, a folder
 * before its content), the folder itself excepted. Never follows a symbolic link, so that a tree that
 * changes meanwhile cannot lead it elsewhere; what vanishes is passed over.
 */
export function walkTree(rootFd: number, visitor: TreeVisitor): void {
  walkFolder({ fd: rootFd, path: "", depth: 0 }, visitor);
}

/** The names in an open folder, sorted; from its start, however often it is asked. */
export function sortedNames(fd: number): ByteString[] {
  lseek(fd, 0, SEEK_SET);
  return readDir(fd)
    .map(({ name }) => fromBytes(name))
    .sort(compareNames);
}

/** Opens a folder, never through a symbolic link at the end; undefined when it is gone or no folder any more. */
export function openFolder(parentFd: number, name: BytePath): number | undefined {
  try {
    return openAt(parentFd, name, O_RDONLY | O_DIRECTORY | O_NOFOLLOW);
  } catch (error) {
    if (isErrno(error, "ENOENT", "ENOTDIR", "ELOOP")) return undefined;
    throw error;
  }
}

/** Opens a folder by its absolute path, runs `section`, and closes it. */
export function withFolder<T>(path: BytePath, section: (fd: number) => T): T {
  const fd = openAt(AT_FDCWD, path, O_RDONLY | O_DIRECTORY | O_NOFOLLOW);
  try {
    return section(fd);
  } finally {
    closeFd(fd);
  }
}

/** True when the mode is a folder's. */
export function isFolderMode(mode: number): boolean {
  return (mode & S_IFMT) === S_IFDIR;
}

function walkFolder(
  folder: { readonly fd: number; readonly path: ByteString; readonly depth: number },
  visitor: TreeVisitor,
): void {
  if (folder.depth > MAX_DEPTH && visitor.skipDeep === true) return;
  if (folder.depth > MAX_DEPTH) throw badEntry(folder.path.slice(0, 200), "too many folders deep");
  for (const name of sortedNames(folder.fd)) {
    const stat = statAtIfExists(folder.fd, toBytePath(name));
    if (stat === undefined) continue;
    const node: TreeNode = { path: joinPath(folder.path, name), name, parentFd: folder.fd, stat };
    visitor.node(node);
    if (!isFolderMode(stat.mode) || visitor.wants?.(node) === false) continue;
    const fd = openFolder(folder.fd, toBytePath(name));
    if (fd === undefined) continue;
    try {
      visitor.enter?.(node, fd);
      walkFolder({ fd, path: node.path, depth: folder.depth + 1 }, visitor);
    } finally {
      closeFd(fd);
    }
    visitor.leave?.(node);
  }
}
