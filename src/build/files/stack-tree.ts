import { dirname } from "node:path";
import { type ByteString, toText } from "../../archive/index.ts";
import { AT_FDCWD, type FileStat, readlinkAt } from "../../host/index.ts";
import type { ChainId } from "../../oci/index.ts";
import {
  baseName,
  fromBytes,
  joinPath,
  type Layers,
  readContentDigests,
  toBytePath,
  type UnionEntry,
  type UnionFolder,
} from "../../snapshot/index.ts";
import { changedWhileRead } from "./errors.ts";
import type { FileNode, FileTree, NodeXattrs } from "./file-node.ts";
import { kindOf, readNodeXattrs } from "./node-facts.ts";

/** The root file system of a stack as a tree to copy from: everything keeps its owner. */
export function openStackTree(layers: Layers, top: ChainId | undefined): FileTree {
  const view = layers.view(top);
  const entryAt = (path: ByteString): UnionEntry | undefined => view.find(path);
  return {
    name: top === undefined ? "scratch" : top.replace("sha256:", "").slice(0, 25),
    find: (path) => {
      if (path === "") return rootNode([]);
      const entry = entryAt(path);
      return entry === undefined ? undefined : toNode(path, entry, []);
    },
    hides: () => false,
    scan: (path) => {
      if (path === "") return rootNode(scanFolder("", view));
      const entry = entryAt(path);
      return entry === undefined ? undefined : scanEntry(path, entry);
    },
    names: (path) => (path === "" ? view.names() : (entryAt(path)?.folder?.names() ?? [])),
    digest: (files, signal) => digestLayerFiles(layers, files, signal),
  };
}

function scanEntry(path: ByteString, entry: UnionEntry): FileNode {
  return toNode(path, entry, entry.folder === undefined ? [] : scanFolder(path, entry.folder));
}

function scanFolder(path: ByteString, folder: UnionFolder): FileNode[] {
  return folder.names().flatMap((name) => {
    const entry = folder.lookup(name);
    return entry === undefined ? [] : [scanEntry(joinPath(path, name), entry)];
  });
}

function toNode(path: ByteString, { stat, at }: UnionEntry, children: readonly FileNode[]): FileNode {
  const kind = kindOf(stat);
  return {
    ...factsOf(stat),
    name: baseName(path),
    path,
    kind,
    size: kind === "file" ? stat.size : 0,
    xattrs: kind === "file" || kind === "directory" ? readNodeXattrs(toBytePath(at)) : NO_XATTRS,
    link: kind === "symlink" ? fromBytes(readlinkAt(AT_FDCWD, toBytePath(at))) : "",
    inode: kind === "file" && stat.nlink > 1 ? `${stat.dev}:${stat.ino}` : undefined,
    digest: "",
    children,
    folder: toText(at.slice(0, at.length - path.length - 1)),
    state: "",
  };
}

const NO_XATTRS: NodeXattrs = [];

function factsOf(stat: FileStat): Pick<FileNode, "mode" | "uid" | "gid" | "mtime" | "device"> {
  const { mode, uid, gid, mtimeSec, rdevMajor, rdevMinor } = stat;
  return { mode: mode & 0o7777, uid, gid, mtime: mtimeSec, device: [rdevMajor, rdevMinor] };
}

function rootNode(children: readonly FileNode[]): FileNode {
  return {
    name: "",
    path: "",
    kind: "directory",
    mode: 0o755,
    uid: 0,
    gid: 0,
    size: 0,
    mtime: 0,
    xattrs: NO_XATTRS,
    link: "",
    device: [0, 0],
    inode: undefined,
    digest: "",
    children,
    folder: "",
    state: "",
  };
}

async function digestLayerFiles(
  layers: Layers,
  files: readonly FileNode[],
  signal: AbortSignal | undefined,
): Promise<void> {
  const missing = files.filter(({ kind, digest }) => kind === "file" && digest === "");
  const byFolder = Map.groupBy(missing, ({ folder }) => folder);
  for (const [folder, nodes] of byFolder) {
    const known = readContentDigests(dirname(folder));
    if (known !== undefined) for (const node of nodes) node.digest = known.get(node.path) ?? "";
    const unknown = nodes.filter(({ digest }) => digest === "");
    const found = await layers.digestFiles(folder, unknown, signal === undefined ? undefined : { signal });
    unknown.forEach((node, at) => {
      const digest = found[at];
      if (digest === undefined) throw changedWhileRead(node.path);
      node.digest = digest.hex;
    });
  }
}
