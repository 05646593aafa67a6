import { MOST_SEGMENTS, type SparseSegment } from "../archive/index.ts";
import { type FileStat, isErrno, lseek, SEEK_DATA, SEEK_HOLE, SEEK_SET } from "../host/index.ts";

/** What the disk counts in; see stat(2). */
const SECTOR = 512;

/** Where an open file has data; undefined for one without holes, or with so many that they are not worth it. */
export function dataSegments(
  fd: number,
  { size, blocks }: Pick<FileStat, "size" | "blocks">,
): SparseSegment[] | undefined {
  if (blocks * SECTOR >= size) return undefined;
  const segments: SparseSegment[] = [];
  for (let at = 0; at < size; ) {
    const offset = nextData(fd, at);
    if (offset >= size) break;
    at = Math.min(lseek(fd, offset, SEEK_HOLE), size);
    segments.push({ offset, length: at - offset });
    if (segments.length > MOST_SEGMENTS) return rewound(fd);
  }
  return segments;
}

function nextData(fd: number, at: number): number {
  try {
    return lseek(fd, at, SEEK_DATA);
  } catch (error) {
    if (isErrno(error, "ENXIO")) return Number.POSITIVE_INFINITY;
    throw error;
  }
}

function rewound(fd: number): undefined {
  lseek(fd, 0, SEEK_SET);
}
