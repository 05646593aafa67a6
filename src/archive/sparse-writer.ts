import { BLOCK } from "./block-reader.ts";
import type { ByteString } from "./byte-source.ts";
import type { SparseSegment } from "./sparse-map.ts";

/** Segments beyond which a map is no use: readers bound its size, and the holes between are small. */
export const MOST_SEGMENTS = 10_000;

/** The map in front of a sparse file's content, in the format 1.0 of GNU tar (its manual, "PAX Format, Version 1.0"). */
export function formatSparseMap(segments: readonly SparseSegment[], size: number): Buffer {
  const all = [...segments, { offset: size, length: 0 }];
  const text = [all.length, ...all.flatMap(({ offset, length }) => [offset, length])].join("\n");
  const map = Buffer.alloc(Math.ceil((text.length + 1) / BLOCK) * BLOCK);
  map.write(`${text}\n`, "latin1");
  return map;
}

/** The records that tell a reader of the map, of the file's name and of its length with the holes. */
export function sparseRecords(path: ByteString, size: number): [ByteString, ByteString][] {
  return [
    ["GNU.sparse.major", "1"],
    ["GNU.sparse.minor", "0"],
    ["GNU.sparse.name", path],
    ["GNU.sparse.realsize", String(size)],
  ];
}

/** Bytes that the archive holds of the content. */
export function storedLength(segments: readonly SparseSegment[]): number {
  return segments.reduce((sum, { length }) => sum + length, 0);
}
