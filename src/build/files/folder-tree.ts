import type { ByteString } from "../../archive/index.ts";
import {
  AT_EMPTY_PATH,
  AT_FDCWD,
  closeFd,
  isErrno,
  O_DIRECTORY,
  O_NOFOLLOW,
  O_PATH,
  openAt,
  openIn,
  readDir,
  statAt,
} from "../../host/index.ts";
import { compareNames, fromBytes, type Layers, toBytePath } from "../../snapshot/index.ts";
import type { TreeResult } from "../result.ts";
import { type DigestCache, noDigestCache } from "./digest-cache.ts";
import { digestNodes } from "./digest-nodes.ts";
import type { FileNode, FileTree } from "./file-node.ts";
import { isShown, openFolderIn, type Scan, scanNode, toNode } from "./scan-folder.ts";

/** What opening a folder as a tree needs. */
export interface FolderTreeOptions {
  /** What the tree is called in messages. */
  readonly name: string;
  readonly layers: Layers;
  /** Digests of earlier builds. */
  readonly cache?: DigestCache;
  /** Files have their extended attributes before they have a digest; false if not given. */
  readonly withXattrs?: boolean;
}

/**
 * A folder of this machine as a tree to copy from. Files of the user are given to root, as Docker does; those of
 * an unpacked archive keep their owner. The descriptor of the root stays open until `close`.
 */
export function openFolderTree(
  result: TreeResult,
  { name, layers, cache = noDigestCache, withXattrs = false }: FolderTreeOptions,
): FileTree & { close(): void } {
  const rootFd = openAt(AT_FDCWD, result.root, O_PATH | O_DIRECTORY);
  const scan: Scan = { filter: result.filter, root: result.root, live: result.live, cache, withXattrs };
  const look = (path: ByteString): FileNode | undefined => {
    const fd = openObject(rootFd, path);
    if (fd === undefined) return undefined;
    try {
      return toNode(scan, { path, stat: statAt(fd, "", AT_EMPTY_PATH), parentFd: fd, name: "" });
    } finally {
      closeFd(fd);
    }
  };
  const find = (path: ByteString): FileNode | undefined => {
    const node = look(path);
    return node !== undefined && isShown(scan.filter, node) ? node : undefined;
  };
  return {
    name,
    find,
    hides: (path) => find(path) === undefined && look(path) !== undefined,
    scan: (path) => {
      const node = find(path);
      return node === undefined ? undefined : scanNode(scan, rootFd, node);
    },
    names: (path) => {
      const fd = openFolderIn(rootFd, path);
      if (fd === undefined) return [];
      try {
        return readDir(fd)
          .map((entry) => fromBytes(entry.name))
          .sort(compareNames);
      } finally {
        closeFd(fd);
      }
    },
    digest: (files, signal) => digestNodes(scan, files, { layers, signal }),
    close: () => closeFd(rootFd),
  };
}

function openObject(rootFd: number, path: ByteString): number | undefined {
  try {
    return openIn(rootFd, path === "" ? "." : toBytePath(path), O_PATH | O_NOFOLLOW);
  } catch (error) {
    if (isErrno(error, "ENOENT", "ENOTDIR", "ELOOP")) return undefined;
    throw error;
  }
}
