import type { ByteString } from "../archive/index.ts";
import { badEntry } from "./errors.ts";

/** Deepest nesting of folders in a layer. */
export const MAX_DEPTH = 1000;

/**
 * A path of an archive below the layer's root: no leading slash, no `.`, no `..`; the root itself is empty.
 * Throws `invalidArgument` when the path climbs out of the root.
 */
export function cleanEntryPath(path: ByteString): ByteString {
  if (isClean(path)) return path;
  const parts: ByteString[] = [];
  for (const part of path.split("/")) {
    if (part === "" || part === ".") continue;
    if (part !== "..") parts.push(part);
    else if (parts.pop() === undefined) throw badEntry(path, "it leads outside of the layer");
  }
  if (parts.length > MAX_DEPTH) throw badEntry(path.slice(0, 200), "too many folders deep");
  return parts.join("/");
}

/** The folder that holds `path`; the root for a name in it. */
export function parentPath(path: ByteString): ByteString {
  const slash = path.lastIndexOf("/");
  return slash < 0 ? "" : path.slice(0, slash);
}

/** The last name of a path. */
export function baseName(path: ByteString): ByteString {
  return path.slice(path.lastIndexOf("/") + 1);
}

function isClean(path: ByteString): boolean {
  return path !== "" && path.length < MAX_DEPTH && !/(?:^|\/)(?:\.{0,2})(?:\/|$)/.test(path);
}
