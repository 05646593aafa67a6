import { type TarEntry, type TarReader, toText } from "../archive/index.ts";
import { ftruncate, lseek, SEEK_SET, writeAllFd } from "../host/index.ts";
import { badEntry } from "./errors.ts";

/** Writes the content of a file's entry, holes as holes. */
export function writeContent(fd: number, entry: TarEntry, reader: TarReader): void {
  if (entry.sparse === undefined) copyContent(fd, reader);
  else copySparse(fd, entry, reader);
}

function copyContent(fd: number, reader: TarReader): void {
  for (let chunk = reader.readChunk(); chunk !== undefined; chunk = reader.readChunk()) writeAllFd(fd, chunk);
}

function copySparse(fd: number, entry: TarEntry, reader: TarReader): void {
  let rest: Uint8Array = new Uint8Array();
  for (const { offset, length } of entry.sparse ?? []) {
    lseek(fd, offset, SEEK_SET);
    for (let left = length; left > 0; ) {
      if (rest.length === 0) rest = reader.readChunk() ?? rest;
      if (rest.length === 0) throw badEntry(entry.path, `"${toText(entry.path)}" is cut off`);
      const part = rest.subarray(0, left);
      writeAllFd(fd, part);
      rest = rest.subarray(part.length);
      left -= part.length;
    }
  }
  ftruncate(fd, entry.size);
}
