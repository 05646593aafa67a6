import type { ByteString } from "./byte-source.ts";
import type { SparseSegment } from "./sparse-map.ts";

/** `other` is a type that no file system object stands for; its payload can only be skipped. */
export type TarKind =
  | "file"
  | "directory"
  | "symlink"
  | "hardlink"
  | "character"
  | "block"
  | "fifo"
  | "other";

/** One member of a tar archive, whatever dialect told it. */
export interface TarEntry {
  readonly kind: TarKind;
  /** As written in the archive: may be absolute, hold `..`, or end in a slash. */
  readonly path: ByteString;
  /** Target of a symbolic or hard link, else empty. */
  readonly linkPath: ByteString;
  /** Permission bits with setuid, setgid and sticky (0o7777). */
  readonly mode: number;
  readonly uid: number;
  readonly gid: number;
  readonly mtimeSeconds: number;
  /** 0 to 999,999,999, to be added to the seconds. */
  readonly mtimeNanoseconds: number;
  /** Length of the file in bytes, holes included; 0 for what is no file. */
  readonly size: number;
  readonly deviceMajor: number;
  readonly deviceMinor: number;
  readonly xattrs: readonly Xattr[];
  /** Where the stored bytes of a sparse file belong, in order; undefined when the file has no holes. */
  readonly sparse: readonly SparseSegment[] | undefined;
}

/** An extended attribute: name with its namespace (`user.x`), and its bytes. */
export interface Xattr {
  readonly name: ByteString;
  readonly value: Uint8Array;
}
