import type { ByteString } from "../../archive/index.ts";
import { type FileDigest, type Layers, parentPath } from "../../snapshot/index.ts";
import type { KnownFile } from "./digest-cache.ts";
import { changedWhileRead } from "./errors.ts";
import type { FileNode } from "./file-node.ts";
import type { Scan } from "./scan-folder.ts";

/** Reads the files that have no digest yet, and remembers what they hold. */
export async function digestNodes(
  scan: Scan,
  files: readonly FileNode[],
  { layers, signal }: { readonly layers: Layers; readonly signal: AbortSignal | undefined },
): Promise<void> {
  const missing = files.filter(({ kind, digest }) => kind === "file" && digest === "");
  if (missing.length === 0) return;
  const found = await layers.digestFiles(scan.root, missing, signal === undefined ? undefined : { signal });
  const learned = new Map<ByteString, Map<ByteString, KnownFile>>();
  missing.forEach((node, at) => {
    const digest = found[at];
    if (digest === undefined) throw changedWhileRead(node.path);
    node.digest = digest.hex;
    node.xattrs = digest.xattrs;
    node.size = digest.size;
    node.mtime = digest.mtime;
    if (digest.settled) note(learned, node, digest);
  });
  remember(scan, files, learned);
}

function note(
  learned: Map<ByteString, Map<ByteString, KnownFile>>,
  node: FileNode,
  { hex, state, xattrs }: FileDigest,
): void {
  const folder = folderOf(node);
  let files = learned.get(folder);
  if (files === undefined) {
    files = new Map();
    learned.set(folder, files);
  }
  files.set(node.name, { state, digest: hex, xattrs });
}

/** Names that were not seen now may be gone: they are dropped once they are the larger part of what is known. */
function remember(
  scan: Scan,
  seen: readonly FileNode[],
  learned: ReadonlyMap<ByteString, ReadonlyMap<ByteString, KnownFile>>,
): void {
  const byFolder = Map.groupBy(seen, folderOf);
  scan.cache.transaction(() => {
    for (const [folder, files] of learned) {
      const names = new Set(byFolder.get(folder)?.map(({ name }) => name));
      const known = [...scan.cache.read(folder)];
      const kept = known.length > 2 * names.size + FEW ? known.filter(([name]) => names.has(name)) : known;
      scan.cache.write(folder, new Map([...kept, ...files]));
    }
  });
}

const FEW = 64;

function folderOf({ path }: FileNode): ByteString {
  return parentPath(path);
}
