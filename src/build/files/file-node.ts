import type { ByteString } from "../../archive/index.ts";

export type FileKind = "file" | "directory" | "symlink" | "character" | "block" | "fifo" | "socket";

/** Extended attributes: name, and value as bytes in base64. */
export type NodeXattrs = readonly (readonly [name: ByteString, value: string])[];

/** One object of a tree that files are copied from. */
export interface FileNode {
  /** The last name of `path`; empty for the root. */
  readonly name: ByteString;
  /** Below the root of its tree, without links on the way; empty for the root. */
  readonly path: ByteString;
  readonly kind: FileKind;
  /** Permission bits. */
  readonly mode: number;
  readonly uid: number;
  readonly gid: number;
  /** Bytes of a file; known for sure once it has a digest. */
  size: number;
  /** Whole seconds. */
  mtime: number;
  xattrs: NodeXattrs;
  /** Target of a symbolic link. */
  readonly link: ByteString;
  readonly device: readonly [major: number, minor: number];
  /** The same for all names of one file; undefined where there is one name only. */
  readonly inode: string | undefined;
  /** Hex sha256 of a file's content; empty until {@link FileTree.digest}. */
  digest: string;
  /** What a folder holds, sorted by name; empty for one that was looked at alone. */
  readonly children: readonly FileNode[];
  /** Absolute path of the folder on this machine that holds the file at `path`. */
  readonly folder: string;
  /** What tells whether a file is the one that was hashed. */
  readonly state: string;
}

/** A tree of files to copy from. Paths are below its root; no link in it leads out of it. */
export interface FileTree {
  /** What the tree is called in messages. */
  readonly name: string;
  /** The object at a path without links on the way, alone; undefined when there is none. */
  find(path: ByteString): FileNode | undefined;
  /** True when something is at a path, but a filter takes it away. */
  hides(path: ByteString): boolean;
  /** The object with everything below it. */
  scan(path: ByteString): FileNode | undefined;
  /** Names in a folder, sorted. */
  names(path: ByteString): readonly ByteString[];
  /** Makes sure that regular files have their digest. */
  digest(files: readonly FileNode[], signal?: AbortSignal): Promise<void>;
}

/** Calls `visit` for the node and all below it, a folder before what is in it. */
export function eachNode(node: FileNode, visit: (node: FileNode) => void): void {
  visit(node);
  for (const child of node.children) eachNode(child, visit);
}
