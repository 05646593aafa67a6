import { tarError } from "./errors.ts";

/** Reads a numeric header field: octal text, or base-256 when the first bit is set (GNU tar). */
export function parseNumber(block: Buffer, at: number, length: number): number {
  const first = block[at] ?? 0;
  if ((first & 0x80) !== 0) return parseBase256(block, at, length);
  let from = at;
  let to = at + length;
  while (from < to && isPadding(block[from])) from++;
  while (to > from && isPadding(block[to - 1])) to--;
  let value = 0;
  for (let i = from; i < to; i++) {
    const digit = (block[i] ?? 0) - 0x30;
    if (digit < 0 || digit > 7) {
      // What follows a NUL is left over from whatever the buffer held before.
      if (block[i] === 0) break;
      throw tarError("invalid tar header: a number is not octal");
    }
    value = value * 8 + digit;
  }
  return checked(value);
}

/** Writes `value` as zero-padded octal ending in NUL; false when it does not fit. */
export function formatOctal(block: Buffer, at: number, field: { length: number; value: number }): boolean {
  const digits = field.length - 1;
  const text = field.value.toString(8);
  const fits = field.value >= 0 && Number.isSafeInteger(field.value) && text.length <= digits;
  block.write((fits ? text : "").padStart(digits, "0"), at, digits, "latin1");
  block[at + digits] = 0;
  return fits;
}

function parseBase256(block: Buffer, at: number, length: number): number {
  const negative = ((block[at] ?? 0) & 0x40) !== 0;
  const flip = negative ? 0xff : 0;
  let value = 0;
  for (let i = 0; i < length; i++) {
    const byte = (block[at + i] ?? 0) ^ flip;
    value = value * 256 + (i === 0 ? byte & 0x7f : byte);
    if (value > Number.MAX_SAFE_INTEGER) throw tarError("invalid tar header: a number is too large");
  }
  return negative ? -value - 1 : value;
}

function isPadding(byte: number | undefined): boolean {
  return byte === 0x20 || byte === 0;
}

function checked(value: number): number {
  if (value > Number.MAX_SAFE_INTEGER) throw tarError("invalid tar header: a number is too large");
  return value;
}
