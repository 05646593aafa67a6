import { createHash } from "node:crypto";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { toText } from "../../src/archive/index.ts";
import { eachNode, type FileNode } from "../../src/build/files/file-node.ts";
import { openStackTree } from "../../src/build/files/stack-tree.ts";
import type { ChainId } from "../../src/oci/index.ts";
import type { Layers } from "../../src/snapshot/index.ts";

const LETTERS = {
  file: "f",
  directory: "d",
  symlink: "l",
  character: "c",
  block: "b",
  fifo: "p",
  socket: "s",
};

/** What a stack shows, by path: type, mode, owner, start of the content's sha1 or the link, extended attributes. */
export function treeLines(layers: Layers, top: ChainId | undefined): Map<string, string> {
  const lines = new Map<string, string>();
  const names = new Map<string, string>();
  const root = openStackTree(layers, top).scan("");
  if (root === undefined) return lines;
  eachNode(root, (node) => {
    if (node === root) return;
    const path = toText(node.path);
    const first = node.inode === undefined ? undefined : names.get(node.inode);
    if (first === undefined && node.inode !== undefined) names.set(node.inode, path);
    lines.set(`/${path}`, toLine(node, first));
  });
  return lines;
}

function toLine(node: FileNode, first: string | undefined): string {
  const xattrs = node.xattrs.map(([name, value]) => `'${name}': '${printable(value)}'`);
  const shown = xattrs.length === 0 || first !== undefined ? "" : ` {${xattrs.join(", ")}}`;
  const letter = first === undefined ? LETTERS[node.kind] : "h";
  const what = first ?? contentOf(node);
  return `${letter} ${node.mode.toString(8)} ${node.uid}:${node.gid} ${what}${shown}`.trimEnd();
}

function contentOf(node: FileNode): string {
  if (node.kind !== "file") return toText(node.link);
  const bytes = readFileSync(join(node.folder, toText(node.path)));
  return createHash("sha1").update(bytes).digest("hex").slice(0, 6);
}

/** Bytes as Python shows them. */
function printable(base64: string): string {
  const bytes = Buffer.from(base64, "base64").toString("latin1");
  return bytes.replace(/[^ -~]/g, (byte) => `\\x${byte.charCodeAt(0).toString(16).padStart(2, "0")}`);
}
