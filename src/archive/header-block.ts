import type { ByteString } from "./byte-source.ts";
import { tarError } from "./errors.ts";
import { parseNumber } from "./number-field.ts";

/** What one 512-byte header says, before PAX and GNU extensions. */
export interface HeaderBlock {
  readonly type: string;
  readonly name: ByteString;
  readonly linkName: ByteString;
  readonly mode: number;
  readonly uid: number;
  readonly gid: number;
  readonly size: number;
  readonly mtime: number;
  readonly deviceMajor: number;
  readonly deviceMinor: number;
}

/** Places of the fields in a header (POSIX.1-1988 ustar; v7 has the first nine only). */
export const FIELD = {
  name: 0,
  mode: 100,
  uid: 108,
  gid: 116,
  size: 124,
  mtime: 136,
  checksum: 148,
  type: 156,
  linkName: 157,
  magic: 257,
  deviceMajor: 329,
  deviceMinor: 337,
  prefix: 345,
} as const;

/** Reads a header of the v7, ustar, GNU or star dialect. Throws `invalidArgument` on a bad checksum or number. */
export function parseHeaderBlock(block: Buffer): HeaderBlock {
  if (!checksumMatches(block)) throw tarError("invalid tar header: the checksum does not match");
  const magic = block.toString("latin1", FIELD.magic, FIELD.magic + 8);
  const posix = magic.startsWith("ustar\0");
  const gnu = magic === "ustar  \0";
  const size = parseNumber(block, FIELD.size, 12);
  if (size < 0) throw tarError("invalid tar header: negative size");
  return {
    type: String.fromCharCode(block[FIELD.type] ?? 0),
    name: posix ? prefixedName(block) : parseText(block, FIELD.name, 100),
    linkName: parseText(block, FIELD.linkName, 100),
    mode: parseNumber(block, FIELD.mode, 8),
    uid: parseNumber(block, FIELD.uid, 8),
    gid: parseNumber(block, FIELD.gid, 8),
    size,
    mtime: parseNumber(block, FIELD.mtime, 12),
    deviceMajor: posix || gnu ? parseNumber(block, FIELD.deviceMajor, 8) : 0,
    deviceMinor: posix || gnu ? parseNumber(block, FIELD.deviceMinor, 8) : 0,
  };
}

/** True for a block of zeros, which marks the end of an archive. */
export function isZeroBlock(block: Buffer): boolean {
  return block[0] === 0 && block.every((byte) => byte === 0);
}

/** Sum of a header's bytes with the checksum field as spaces: unsigned, and signed as old tars did. */
export function checksums(block: Buffer): readonly [unsigned: number, signed: number] {
  let unsigned = 0;
  let high = 0;
  for (let i = 0; i < block.length; i++) {
    const inChecksum = i >= FIELD.checksum && i < FIELD.checksum + 8;
    const byte = inChecksum ? 0x20 : (block[i] ?? 0);
    unsigned += byte;
    if (byte > 127) high++;
  }
  return [unsigned, unsigned - high * 256];
}

/** The bytes of a field up to its first NUL. */
export function parseText(block: Buffer, at: number, length: number): ByteString {
  let end = at;
  while (end < at + length && block[end] !== 0) end++;
  return block.toString("latin1", at, end);
}

function checksumMatches(block: Buffer): boolean {
  const stated = parseNumber(block, FIELD.checksum, 8);
  const [unsigned, signed] = checksums(block);
  return stated === unsigned || stated === signed;
}

function prefixedName(block: Buffer): ByteString {
  const star = block.toString("latin1", 508, 512) === "tar\0";
  const prefix = parseText(block, FIELD.prefix, star ? 131 : 155);
  const name = parseText(block, FIELD.name, 100);
  return prefix === "" ? name : `${prefix}/${name}`;
}
