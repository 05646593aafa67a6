import { type ByteString, toByteString } from "../archive/index.ts";
import type { BytePath } from "../host/index.ts";

/** A name in the form that `host` takes: the string itself when it is ASCII, else its bytes. */
export function toBytePath(name: ByteString): BytePath {
  for (let i = 0; i < name.length; i++) if (name.charCodeAt(i) > 127) return Buffer.from(name, "latin1");
  return name;
}

/** A name or path from `host` as a {@link ByteString}. */
export function fromBytes(bytes: Uint8Array): ByteString {
  return Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).toString("latin1");
}

/** A path on this machine, given as text, as the bytes that a kernel call takes. */
export function hostPath(text: string): ByteString {
  return toByteString(text);
}

/** `parent/name`, where the root is the empty path. */
export function joinPath(parent: ByteString, name: ByteString): ByteString {
  return parent === "" ? name : `${parent}/${name}`;
}

/** Orders names by their bytes, as Go's `filepath.Walk` does within a folder. */
export function compareNames(a: ByteString, b: ByteString): number {
  return a < b ? -1 : a > b ? 1 : 0;
}
