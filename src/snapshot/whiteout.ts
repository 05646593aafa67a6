import type { ByteString } from "../archive/index.ts";
import { type FileStat, getXattr, S_IFCHR, S_IFMT, setXattr, type XattrTarget } from "../host/index.ts";
import { baseName, parentPath } from "./entry-path.ts";
import { badEntry } from "./errors.ts";

/** Prefix of a name that deletes (OCI image-spec, layer.md#whiteouts). */
export const WHITEOUT = ".wh.";
/** Name that hides everything a folder held in the layers below. */
export const OPAQUE_NAME = ".wh..wh..opq";
const RESERVED = ".wh..wh.";

/** What an entry's name says about the layers below. */
export type Marker =
  | { readonly kind: "none" }
  /** Bookkeeping of AUFS, which means nothing elsewhere. */
  | { readonly kind: "reserved" }
  | { readonly kind: "opaque"; readonly folder: ByteString }
  | { readonly kind: "whiteout"; readonly path: ByteString };

const NONE: Marker = { kind: "none" };

/** Reads the whiteout markers in a clean entry path. Throws `invalidArgument` for a marker that names nothing. */
export function parseMarker(path: ByteString): Marker {
  if (!isMarked(path)) return NONE;
  const name = baseName(path);
  const parent = parentPath(path);
  if (name === OPAQUE_NAME) return { kind: "opaque", folder: parent };
  if (`/${path}`.includes(`/${RESERVED}`)) return { kind: "reserved" };
  if (isMarked(parent)) throw badEntry(path, `a folder's name may not begin with "${WHITEOUT}"`);
  const target = name.slice(WHITEOUT.length);
  if (target === "" || target === "." || target === "..") throw badEntry(path, "the whiteout names no file");
  return { kind: "whiteout", path: parent === "" ? target : `${parent}/${target}` };
}

/** True when a name of the path begins with the whiteout prefix: such an entry makes no file of its own. */
export function isMarked(path: ByteString): boolean {
  return path.startsWith(WHITEOUT) || path.includes(`/${WHITEOUT}`);
}

/** True for overlayfs's own form of a whiteout: a character device 0:0. */
export function isWhiteoutNode(stat: FileStat): boolean {
  return (stat.mode & S_IFMT) === S_IFCHR && stat.rdevMajor === 0 && stat.rdevMinor === 0;
}

const OPAQUE_XATTR = "trusted.overlay.opaque";
const YES = Uint8Array.of(0x79);

/** Hides what the layers below have in a folder, in overlayfs's form. */
export function setOpaque(folder: XattrTarget): void {
  setXattr(folder, OPAQUE_XATTR, YES);
}

export function isOpaque(folder: XattrTarget): boolean {
  const value = getXattr(folder, OPAQUE_XATTR);
  return value?.length === 1 && value[0] === YES[0];
}
