import { type ByteString, toByteString } from "../../archive/index.ts";
import { joinPath } from "../../snapshot/index.ts";
import { type CopyOptions, madeFolder } from "./copy-files.ts";
import { type Attributes, type Destination, splitDestination } from "./destination.ts";
import { notFolder } from "./errors.ts";
import type { FileNode } from "./file-node.ts";
import { resolvePath } from "./resolve-path.ts";

/** What an archive held. */
export interface UnpackedArchive {
  /** The folder it was unpacked into, with all that is in it. Nobody else needs its files. */
  readonly root: FileNode;
  /** Folders that it has no entry for. */
  readonly implied: ReadonlySet<ByteString>;
}

/**
 * Puts what an archive held into the destination, which is a folder, as unpacking it there would: what is in the way is
 * replaced, folders are merged, and folders that the archive only names on the way are left as they are.
 */
export function unpackOnto(
  target: Destination,
  { root, implied }: UnpackedArchive,
  options: Omit<CopyOptions, "chmod">,
): void {
  const made = madeFolder({ owner: options.owner, chmod: undefined });
  const { path } = splitDestination(toByteString(options.destination));
  const at = target.resolve(path);
  target.makeFolders(at, made);
  const put = (folder: FileNode, into: ByteString): void => {
    for (const child of folder.children) putChild(child, joinPath(into, child.name));
  };
  const putChild = (node: FileNode, where: ByteString): void => {
    const attributes = attributesOf(node, options);
    if (node.kind !== "directory") {
      target.replace(where, leafOf(node, attributes, options));
      return;
    }
    const inside = implied.has(node.path) ? followInside(target, at, where) : where;
    const existing = target.at(inside);
    if (!implied.has(node.path)) target.replaceFolder(inside, attributes);
    else if (existing === undefined) target.putFolder(inside, { ...made, uid: 0, gid: 0 });
    else if (existing.kind !== "directory") throw notFolder(inside);
    put(node, inside);
  };
  put(root, at);
}

/** Follows links as a process would whose root is the folder that the archive is unpacked into. */
function followInside(target: Destination, root: ByteString, path: ByteString): ByteString {
  const below = root === "" ? path : path.slice(root.length + 1);
  const inside = resolvePath(below, (at) => {
    const item = target.at(root === "" ? at : joinPath(root, at));
    return item === undefined || item.kind === "directory" ? undefined : item;
  });
  return root === "" ? inside : joinPath(root, inside);
}

function attributesOf(
  { uid, gid, mode, mtime, xattrs }: FileNode,
  { owner }: Pick<CopyOptions, "owner">,
): Attributes & { readonly mtime: number } {
  const id = owner ?? { uid, gid };
  return { mode, uid: id.uid, gid: id.gid, mtime, xattrs };
}

function leafOf(
  node: FileNode,
  attributes: Attributes & { readonly mtime: number },
  { group }: Pick<CopyOptions, "group">,
) {
  return {
    kind: node.kind === "socket" || node.kind === "directory" ? "file" : node.kind,
    attributes,
    link: node.link,
    source: node,
    own: true,
    sameAs: node.inode === undefined ? undefined : `${group}:${node.inode}`,
  } as const;
}
