import {
  type FileStat,
  S_IFBLK,
  S_IFCHR,
  S_IFDIR,
  S_IFIFO,
  S_IFLNK,
  S_IFMT,
  S_IFREG,
  S_IFSOCK,
  type XattrTarget,
} from "../../host/index.ts";
import { readXattrs } from "../../snapshot/index.ts";
import type { FileKind, NodeXattrs } from "./file-node.ts";

const KINDS = new Map<number, FileKind>([
  [S_IFREG, "file"],
  [S_IFDIR, "directory"],
  [S_IFLNK, "symlink"],
  [S_IFCHR, "character"],
  [S_IFBLK, "block"],
  [S_IFIFO, "fifo"],
  [S_IFSOCK, "socket"],
]);

export function kindOf({ mode }: FileStat): FileKind {
  return KINDS.get(mode & S_IFMT) ?? "file";
}

const NONE: NodeXattrs = [];

/** The extended attributes of an object that belong to an image. */
export function readNodeXattrs(target: XattrTarget): NodeXattrs {
  const xattrs = readXattrs(target);
  if (xattrs.length === 0) return NONE;
  return xattrs.map(({ name, value }) => [name, Buffer.from(value).toString("base64")]);
}
