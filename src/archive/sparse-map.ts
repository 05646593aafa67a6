import { tarError } from "./errors.ts";
import { parseNumber } from "./number-field.ts";

/** `length` stored bytes belong at `offset` of the file; everything between segments is a hole. */
export interface SparseSegment {
  readonly offset: number;
  readonly length: number;
}

const SLOT = 24;

/**
 * Checks a map against the length of the file and of the stored bytes, and drops empty segments.
 * Throws `invalidArgument` when segments overlap, go backward, or do not add up.
 */
export function checkSparseMap(
  segments: readonly SparseSegment[],
  size: number,
  stored: number,
): SparseSegment[] {
  let end = 0;
  let sum = 0;
  for (const { offset, length } of segments) {
    if (offset < end || offset + length > size) throw tarError("invalid tar header: bad sparse map");
    end = offset + length;
    sum += length;
  }
  if (sum !== stored) throw tarError("sparse file references non-existent data");
  return segments.filter(({ length }) => length > 0);
}

/** Reads up to `count` slots of an old GNU sparse header (`struct sparse` in GNU tar's tar.h). */
export function parseGnuSlots(block: Buffer, at: number, count: number): SparseSegment[] {
  const segments: SparseSegment[] = [];
  for (let i = 0; i < count; i++) {
    const slot = at + i * SLOT;
    if (block[slot] === 0) break;
    segments.push(segment(parseNumber(block, slot, 12), parseNumber(block, slot + 12, 12)));
  }
  return segments;
}

/** Reads the `offset,length,…` list of sparse formats 0.0 and 0.1. */
export function parseSparseList(numbers: readonly string[]): SparseSegment[] {
  if (numbers.length % 2 !== 0) throw tarError("invalid tar header: bad sparse map");
  const segments: SparseSegment[] = [];
  for (let i = 0; i < numbers.length; i += 2) {
    segments.push(segment(parseCount(numbers[i] ?? ""), parseCount(numbers[i + 1] ?? "")));
  }
  return segments;
}

/** Reads a decimal count as sparse formats write it. */
export function parseCount(text: string): number {
  const value = Number(text);
  if (!/^\d+$/.test(text) || !Number.isSafeInteger(value)) {
    throw tarError("invalid tar header: bad sparse map");
  }
  return value;
}

function segment(offset: number, length: number): SparseSegment {
  if (offset < 0 || length < 0 || !Number.isSafeInteger(offset + length)) {
    throw tarError("invalid tar header: bad sparse map");
  }
  return { offset, length };
}
