import { readSync } from "node:fs";
import { isWholeLine } from "./log-line.ts";

const BLOCK = 64 * 1024;
/** Longest prefix `TIME STREAM F ` of a physical line. */
const HEAD = 64;

/** Where the last lines begin, and how many there are (fewer than asked for in a short file). */
export interface Tail {
  readonly offset: number;
  readonly lines: number;
}

/** Finds the offset at which the last `count` lines of the log in `fd` begin, reading backwards. */
export function tailOffset(fd: number, size: number, count: number): Tail {
  if (count === 0) return { offset: size, lines: 0 };
  let lines = 0;
  let offset = size;
  for (const start of startsBackwards(fd, size)) {
    const head = new Uint8Array(HEAD);
    const length = readSync(fd, head, 0, HEAD, start);
    if (isWholeLine(head.subarray(0, length)) || offset === size) {
      if (lines === count) return { offset, lines };
      lines++;
    }
    offset = start;
  }
  return { offset, lines };
}

/** Offsets of the physical lines, last first. */
function* startsBackwards(fd: number, size: number): Generator<number> {
  const block = new Uint8Array(BLOCK);
  for (let end = size - 1; end > 0; ) {
    const begin = Math.max(0, end - BLOCK);
    const length = readSync(fd, block, 0, end - begin, begin);
    for (let at = length - 1; at >= 0; at--) {
      if (block[at] === 0x0a) yield begin + at + 1;
    }
    end = begin;
  }
  if (size > 0) yield 0;
}
