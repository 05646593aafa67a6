import { BLOCK, type BlockReader } from "./block-reader.ts";
import { tarError, truncatedError } from "./errors.ts";
import { parseNumber } from "./number-field.ts";
import { parseCount, parseGnuSlots, parseSparseList, type SparseSegment } from "./sparse-map.ts";

/** Longest extended header, long name or sparse map that is read: the bound that Go sets too. */
export const MAX_SPECIAL = 1024 * 1024;

/** A sparse map with the length of the file that it describes. */
export interface SparseLayout {
  readonly segments: readonly SparseSegment[];
  readonly size: number;
}

/** Reads the map of an old GNU sparse header and of the blocks that continue it. */
export function readGnuSparse(header: Buffer, blocks: BlockReader): SparseLayout {
  const size = parseNumber(header, 483, 12);
  const segments = parseGnuSlots(header, 386, 4);
  let more = header[482] !== 0;
  for (let length = BLOCK; more; length += BLOCK) {
    if (length > MAX_SPECIAL) throw tarError("header field too long");
    const extension = blocks.block();
    if (extension === undefined) throw truncatedError();
    for (const segment of parseGnuSlots(extension, 0, 21)) segments.push(segment);
    more = extension[504] !== 0;
  }
  return { segments, size };
}

/**
 * Reads the map that sparse format 1.0 puts in front of the content: a count, then offsets and lengths,
 * one decimal number a line, padded to a block. `length` is what it took of the `stored` bytes.
 */
export function readPayloadMap(
  blocks: BlockReader,
  stored: number,
): { readonly segments: SparseSegment[]; readonly length: number } {
  const limit = Math.min(stored, MAX_SPECIAL);
  const numbers: string[] = [];
  let unfinished = "";
  let length = 0;
  let wanted = 1;
  while (numbers.length < wanted) {
    if (length + BLOCK > limit) throw tarError("invalid tar header: bad sparse map");
    const lines = (unfinished + blocks.frame(BLOCK).toString("latin1")).split("\n");
    length += BLOCK;
    unfinished = lines.pop() ?? "";
    for (const line of lines) numbers.push(line);
    if (numbers[0] !== undefined) wanted = 1 + 2 * parseCount(numbers[0]);
    if (numbers.length < wanted && unfinished.length > 64)
      throw tarError("invalid tar header: bad sparse map");
  }
  return { segments: parseSparseList(numbers.slice(1, wanted)), length };
}
