/** How a layer's bytes are compressed; `none` is a plain tar, or anything unknown. */
export type Compression = "none" | "gzip" | "zstd" | "xz" | "bzip2";

/** Enough of a stream's start for {@link detectCompression}. */
export const MAGIC_LENGTH = 6;

const MAGICS: readonly (readonly [Compression, readonly number[]])[] = [
  ["gzip", [0x1f, 0x8b, 0x08]],
  ["zstd", [0x28, 0xb5, 0x2f, 0xfd]],
  ["xz", [0xfd, 0x37, 0x7a, 0x58, 0x5a, 0x00]],
  ["bzip2", [0x42, 0x5a, 0x68]],
];

/** Tells the compression by its magic number, as Docker does. */
export function detectCompression(head: Uint8Array): Compression {
  for (const [compression, magic] of MAGICS) {
    if (magic.every((byte, at) => head[at] === byte)) return compression;
  }
  return isZstdSkippable(head) ? "zstd" : "none";
}

/** A zstd stream may begin with a frame to skip (RFC 8878, 3.1.2). */
function isZstdSkippable(head: Uint8Array): boolean {
  return ((head[0] ?? 0) & 0xf0) === 0x50 && head[1] === 0x2a && head[2] === 0x4d && head[3] === 0x18;
}
