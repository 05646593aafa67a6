import type { ByteString } from "../../archive/index.ts";
import { AT_FDCWD, readlinkAt } from "../../host/index.ts";
import {
  baseName,
  fromBytes,
  joinPath,
  parentPath,
  toBytePath,
  type UnionEntry,
  type UnionFolder,
} from "../../snapshot/index.ts";
import { cannotMakeFolder, isFolder, notFolder } from "./errors.ts";
import type { FileNode, NodeXattrs } from "./file-node.ts";
import { kindOf, readNodeXattrs } from "./node-facts.ts";
import { cleanPath, resolvePath } from "./resolve-path.ts";

/** Owner, mode and the like. Times are whole seconds. */
export interface Attributes {
  readonly mode: number;
  readonly uid: number;
  readonly gid: number;
  /** Of a folder: undefined for the time of the newest thing in it. */
  readonly mtime: number | undefined;
  readonly xattrs: NodeXattrs;
}

/** A folder of the destination. */
export interface DestinationFolder {
  readonly kind: "directory";
  attributes: Attributes;
  /** True when the step makes the folder or changes its attributes; else it is below already. */
  written: boolean;
  readonly children: Map<ByteString, DestinationItem>;
  readonly below: UnionFolder | undefined;
}

/** Anything else that the step writes. */
export interface DestinationLeaf {
  readonly kind: Exclude<FileNode["kind"], "directory" | "socket">;
  readonly attributes: Attributes & { readonly mtime: number };
  readonly link: ByteString;
  /** What it is a copy of. */
  readonly source: FileNode;
  /** The file may be taken over instead of being copied. */
  readonly own: boolean;
  /** Leaves with the same value are names of one file. */
  readonly sameAs: string | undefined;
}

/** Something in a layer below that is no folder. */
export interface BelowLeaf {
  readonly kind: Exclude<FileNode["kind"], "directory">;
  readonly link: ByteString;
  readonly isBelow: true;
}

export type DestinationItem = DestinationFolder | DestinationLeaf | BelowLeaf;

/** What a step makes of the file systems below it: nothing is written, all is planned. Paths have no links on the way. */
export class Destination {
  readonly root: DestinationFolder;

  constructor(below: UnionFolder) {
    this.root = {
      kind: "directory",
      attributes: { mode: 0o755, uid: 0, gid: 0, mtime: undefined, xattrs: [] },
      written: false,
      children: new Map(),
      below,
    };
  }

  /** Follows a path inside the destination. */
  resolve(path: ByteString): ByteString {
    return resolvePath(path, (at) => {
      const item = this.at(at);
      return item === undefined || item.kind === "directory" ? undefined : item;
    });
  }

  at(path: ByteString): DestinationItem | undefined {
    let item: DestinationItem | undefined = this.root;
    for (const name of path.split("/")) {
      if (name === "") continue;
      if (item?.kind !== "directory") return undefined;
      item = lookup(item, name);
    }
    return item;
  }

  /** Makes the folders of a path that are not there. */
  makeFolders(path: ByteString, attributes: Attributes): DestinationFolder {
    let folder = this.root;
    let at = "";
    for (const name of path.split("/")) {
      if (name === "") continue;
      at = joinPath(at, name);
      const found = lookup(folder, name);
      if (found === undefined) {
        const made = newFolder(attributes);
        folder.children.set(name, made);
        folder = made;
      } else if (found.kind === "directory") {
        folder = found;
      } else {
        throw cannotMakeFolder(at);
      }
    }
    return folder;
  }

  /** Makes a folder, or gives new attributes to the one that is there. */
  putFolder(path: ByteString, attributes: Attributes): void {
    const found = this.at(path);
    if (found === undefined) {
      this.parentOf(path).children.set(baseName(path), newFolder(attributes));
    } else if (found.kind === "directory") {
      const folder = found;
      folder.attributes = attributes;
      folder.written = true;
    } else {
      throw notFolder(path);
    }
  }

  /** Puts something in place of whatever is there, unless that is a folder. */
  putLeaf(path: ByteString, leaf: DestinationLeaf): void {
    if (this.at(path)?.kind === "directory") throw isFolder(path);
    this.parentOf(path).children.set(baseName(path), leaf);
  }

  /** Puts something in place of whatever is there. */
  replace(path: ByteString, leaf: DestinationLeaf): void {
    this.parentOf(path).children.set(baseName(path), leaf);
  }

  /** As {@link Destination.putFolder}, in place of anything that is no folder. */
  replaceFolder(path: ByteString, attributes: Attributes): void {
    const found = this.at(path);
    if (found !== undefined && found.kind !== "directory") {
      this.parentOf(path).children.set(baseName(path), newFolder(attributes));
    } else {
      this.putFolder(path, attributes);
    }
  }

  parentOf(path: ByteString): DestinationFolder {
    const parent = parentPath(path);
    const found = this.at(parent);
    if (found?.kind !== "directory") throw cannotMakeFolder(parent);
    return found;
  }
}

/** A destination's path as the kernel would take it: where it leads, and the folder that must be there first. */
export function splitDestination(path: ByteString): {
  readonly path: ByteString;
  readonly folder: ByteString;
} {
  const clean = cleanPath(path);
  const isFolderPath = /(?:^|\/)\.?$/.test(path);
  return { path: clean, folder: isFolderPath ? clean : parentPath(clean) };
}

function lookup(folder: DestinationFolder, name: ByteString): DestinationItem | undefined {
  const known = folder.children.get(name);
  if (known !== undefined) return known;
  const entry = folder.below?.lookup(name);
  if (entry === undefined) return undefined;
  const item = fromBelow(entry);
  folder.children.set(name, item);
  return item;
}

function fromBelow({ stat, at, folder }: UnionEntry): DestinationItem {
  const kind = kindOf(stat);
  if (folder === undefined && kind !== "directory") {
    const link = kind === "symlink" ? fromBytes(readlinkAt(AT_FDCWD, toBytePath(at))) : "";
    return { kind, link, isBelow: true };
  }
  const { uid, gid } = stat;
  const mode = stat.mode & 0o7777;
  const attributes = { mode, uid, gid, mtime: undefined, xattrs: readNodeXattrs(toBytePath(at)) };
  return { kind: "directory", attributes, written: false, children: new Map(), below: folder };
}

function newFolder(attributes: Attributes): DestinationFolder {
  return { kind: "directory", attributes, written: true, children: new Map(), below: undefined };
}
