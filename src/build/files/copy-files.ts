import { type ByteString, toByteString } from "../../archive/index.ts";
import { applyChmod, type Chmod } from "../../dockerfile/index.ts";
import { joinPath, parentPath } from "../../snapshot/index.ts";
import { type Attributes, type Destination, type DestinationLeaf, splitDestination } from "./destination.ts";
import { notFolder } from "./errors.ts";
import type { FileNode } from "./file-node.ts";
import type { Owner } from "./owner.ts";
import type { Selection } from "./select-files.ts";

/** How files are copied. */
export interface CopyOptions {
  /** Absolute; ends in `/` where a folder is meant. */
  readonly destination: string;
  /** Owner of everything copied and made; without it files keep theirs. */
  readonly owner: Owner | undefined;
  readonly chmod: Chmod | undefined;
  /** Tells the names of one file from those of another, from one selection to the next. */
  readonly group: string;
}

/**
 * Copies one thing as BuildKit does: of a folder what is in it, into the destination, merged with what is there;
 * anything else into a folder, or in place of what is there. The mode of a folder that was asked for does not count.
 */
export function copyFiles(target: Destination, selection: Selection, options: CopyOptions): void {
  const { node, name } = selection;
  const made = madeFolder(options);
  const wanted = splitDestination(toByteString(options.destination));
  target.makeFolders(target.resolve(wanted.folder), made);
  let at = target.resolve(wanted.path);
  const existing = target.at(at);
  const isFolder = node.kind === "directory";
  if (!isFolder && existing?.kind === "directory") at = joinPath(at, name);
  const above = isFolder && existing === undefined ? at : parentPath(at);
  target.makeFolders(above, made);
  if (!isFolder) {
    target.putLeaf(at, toLeaf(node, options));
    return;
  }
  if (existing !== undefined && existing.kind !== "directory") throw notFolder(at);
  copyChildren(target, node, { at, options });
}

/** Attributes of folders that have to be made. */
export function madeFolder({ owner, chmod }: Pick<CopyOptions, "owner" | "chmod">): Attributes {
  const { uid, gid } = owner ?? { uid: 0, gid: 0 };
  return { mode: chmod?.kind === "octal" ? chmod.mode : 0o755, uid, gid, mtime: undefined, xattrs: [] };
}

function copyChildren(
  target: Destination,
  folder: FileNode,
  into: { readonly at: ByteString; readonly options: CopyOptions },
): void {
  for (const child of folder.children) {
    const at = joinPath(into.at, child.name);
    if (child.kind === "directory") {
      const attributes = attributesOf(child, into.options);
      target.putFolder(at, attributes);
      copyChildren(target, child, { ...into, at });
    } else {
      target.putLeaf(at, toLeaf(child, into.options));
    }
  }
}

function toLeaf(node: FileNode, options: CopyOptions): DestinationLeaf {
  const { kind, inode, link } = node;
  return {
    kind: kind === "socket" || kind === "directory" ? "file" : kind,
    attributes: attributesOf(node, options),
    link,
    source: node,
    own: false,
    sameAs: inode === undefined ? undefined : `${options.group}:${inode}`,
  };
}

function attributesOf(
  node: FileNode,
  { owner, chmod }: CopyOptions,
): Attributes & { readonly mtime: number } {
  const { uid, gid } = owner ?? node;
  const isLink = node.kind === "symlink";
  const mode =
    chmod === undefined || isLink ? node.mode : applyChmod(chmod, node.mode, node.kind === "directory");
  return { mode, uid, gid, mtime: node.mtime, xattrs: node.xattrs };
}
