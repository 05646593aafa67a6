import { createHash } from "node:crypto";
import type { ByteString } from "../../archive/index.ts";
import { eachNode, type FileNode, type NodeXattrs } from "./file-node.ts";
import type { Selection } from "./select-files.ts";

/*
 * A listing has one line for each object, sorted: path, kind, mode, owner, extended attributes, content, with tabs in
 * between. Times are not in it. Bytes of a path that would break its line are written as \xHH.
 */

/** The listing of what a COPY takes. Everything must have its digest. */
export function formatListing(selections: readonly Selection[]): string {
  const lines: string[] = [];
  for (const { shown, node } of selections) {
    const cut = node.path.length;
    eachNode(node, (each) => {
      const path = each === node ? shown : joinBelow(shown, each.path.slice(cut));
      lines.push(formatLine(path, each, each === node));
    });
  }
  return lines.sort().join("\n");
}

function joinBelow(shown: ByteString, rest: ByteString): ByteString {
  return shown === "" ? rest.replace(/^\//, "") : `${shown}${rest.startsWith("/") ? rest : `/${rest}`}`;
}

/** Attributes of a folder that was asked for itself do not count: only what is in it is copied. */
function formatLine(path: ByteString, node: FileNode, isTop: boolean): string {
  const where = path === "" ? "." : escapePath(path);
  if (isTop && node.kind === "directory") return `${where}\tdirectory`;
  const mode = node.mode.toString(8).padStart(4, "0");
  const owner = `${node.uid}:${node.gid}`;
  return `${where}\t${node.kind}\t${mode}\t${owner}\t${xattrsDigest(node.xattrs)}\t${contentOf(node)}`;
}

function contentOf(node: FileNode): string {
  switch (node.kind) {
    case "file":
      return node.digest;
    case "symlink":
      return escapePath(node.link);
    case "character":
    case "block":
      return node.device.join(":");
    default:
      return "";
  }
}

function xattrsDigest(xattrs: NodeXattrs): string {
  return xattrs.length === 0 ? "" : createHash("sha256").update(JSON.stringify(xattrs)).digest("hex");
}

/** Writes what is no printable ASCII, and the backslash, as `\\xHH`. */
function escapePath(path: ByteString): string {
  return path.replace(/[^ -[\]-~]/g, (byte) => `\\x${byte.charCodeAt(0).toString(16).padStart(2, "0")}`);
}

/** A path of a listing as a person reads it. */
export function unescapePath(path: string): string {
  return Buffer.from(
    path.replace(/\\x([0-9a-f]{2})/g, (_, hex: string) => String.fromCharCode(Number.parseInt(hex, 16))),
    "latin1",
  ).toString("utf8");
}
