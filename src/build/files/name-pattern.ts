import { type ByteString, toText } from "../../archive/index.ts";
import { toPathPattern } from "../../base/index.ts";

/** True when a path has a wildcard that no backslash takes away. */
export function hasWildcard(path: ByteString): boolean {
  return /[*?[]/.test(path.replace(/\\./gs, ""));
}

/** Tells whether a name fits one part of a pattern (Go's `filepath.Match`). */
export function toNamePattern(part: ByteString): (name: ByteString) => boolean {
  const pattern = toPathPattern(toText(part));
  return (name) => pattern.test(toText(name));
}
