import { createHash } from "node:crypto";
import { writeSync } from "node:fs";

/** One entry of an archive that the bench makes; paths are shorter than 100 bytes. */
export interface InputEntry {
  readonly path: string;
  readonly kind: "file" | "folder" | "symlink";
  readonly mode: number;
  /** Seconds since 1970. */
  readonly mtime: number;
  readonly body?: Buffer;
  readonly target?: string;
}

const BLOCK = 512;
const TYPES = { file: "0", symlink: "2", folder: "5" } as const;
const FLUSH_AT = 1024 * 1024;

/** Size in bytes of an archive of these entries, with its end. */
export function tarSize(entries: Iterable<InputEntry>): number {
  let size = 2 * BLOCK;
  for (const { body } of entries) size += BLOCK + padded(body?.length ?? 0);
  return size;
}

/** Writes an archive (POSIX ustar) to an open file and returns its sha256 in hex. */
export function writeTar(file: number, entries: Iterable<InputEntry>): string {
  const hash = createHash("sha256");
  let pending: Buffer[] = [];
  let size = 0;
  const flush = () => {
    const bytes = Buffer.concat(pending);
    hash.update(bytes);
    for (let at = 0; at < bytes.length; ) at += writeSync(file, bytes, at);
    pending = [];
    size = 0;
  };
  const add = (bytes: Buffer) => {
    pending.push(bytes);
    size += bytes.length;
    if (size >= FLUSH_AT) flush();
  };
  for (const entry of entries) {
    add(tarHeader(entry, entry.body?.length ?? 0));
    if (entry.body !== undefined) {
      add(entry.body);
      add(Buffer.alloc(padded(entry.body.length) - entry.body.length));
    }
  }
  add(Buffer.alloc(2 * BLOCK));
  flush();
  return hash.digest("hex");
}

/** The header block of an entry whose body has `size` bytes (POSIX.1-1988 ustar). */
export function tarHeader(entry: Omit<InputEntry, "body">, size: number): Buffer {
  if (Buffer.byteLength(entry.path) >= 100) throw new RangeError(`path too long for an input: ${entry.path}`);
  const block = Buffer.alloc(BLOCK);
  const octal = (value: number, at: number, digits: number) =>
    block.write(`${value.toString(8).padStart(digits, "0")}\0`, at);
  block.write(entry.path, 0);
  octal(entry.mode, 100, 7);
  octal(0, 108, 7);
  octal(0, 116, 7);
  octal(size, 124, 11);
  octal(entry.mtime, 136, 11);
  block.write(" ".repeat(8), 148);
  block.write(TYPES[entry.kind], 156);
  block.write(entry.target ?? "", 157);
  block.write("ustar\x0000", 257, "latin1");
  block.write("root", 265);
  block.write("root", 297);
  let sum = 0;
  for (const byte of block) sum += byte;
  block.write(`${sum.toString(8).padStart(6, "0")}\0 `, 148);
  return block;
}

/** Zero bytes that follow a body of `size` bytes. */
export function tarPadding(size: number): Buffer {
  return Buffer.alloc(padded(size) - size);
}

function padded(size: number): number {
  return Math.ceil(size / BLOCK) * BLOCK;
}
