export { BLOCK } from "./block-reader.ts";
export {
  type ByteSink,
  type ByteSource,
  type ByteString,
  createByteSource,
  toByteString,
  toText,
} from "./byte-source.ts";
export { type Compression, detectCompression, MAGIC_LENGTH } from "./compression.ts";
export { truncatedError } from "./errors.ts";
export type { SparseSegment } from "./sparse-map.ts";
export { MOST_SEGMENTS } from "./sparse-writer.ts";
export type { TarEntry, TarKind, Xattr } from "./tar-entry.ts";
export { type TarHeader, tarPadding } from "./tar-header.ts";
export { TarReader, type TarReaderOptions } from "./tar-reader.ts";
export { TarWriter } from "./tar-writer.ts";
