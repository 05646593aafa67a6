import { BLOCK } from "./block-reader.ts";
import type { ByteString } from "./byte-source.ts";
import { entryError } from "./errors.ts";
import { checksums, FIELD } from "./header-block.ts";
import { formatOctal } from "./number-field.ts";
import { formatPaxRecord, XATTR_KEY } from "./pax-records.ts";
import type { SparseSegment } from "./sparse-map.ts";
import { formatSparseMap, sparseRecords, storedLength } from "./sparse-writer.ts";
import type { TarEntry, TarKind } from "./tar-entry.ts";

/** What {@link formatTarHeader} needs; fractions of seconds are never written. */
export type TarHeader = Omit<TarEntry, "mtimeNanoseconds" | "sparse"> & {
  /** Where a file has data, in whole blocks but for its end; the rest is holes. No holes if not given. */
  readonly segments?: readonly SparseSegment[];
};

const TYPES: Readonly<Record<Exclude<TarKind, "other">, string>> = {
  file: "0",
  hardlink: "1",
  symlink: "2",
  character: "3",
  block: "4",
  directory: "5",
  fifo: "6",
};

/**
 * The header blocks of an entry: ustar, with a PAX header in front only where ustar cannot say it
 * (long or non-ASCII names, big numbers, times before 1970, extended attributes). The same entry
 * always gives the same bytes: whole seconds, no user or group names.
 */
export function formatTarHeader(entry: TarHeader): Buffer {
  if (entry.kind === "other") throw entryError(entry.path, "unknown file type");
  const pax: [ByteString, ByteString][] = [];
  const block = Buffer.alloc(BLOCK);
  const name = splitName(entry.path);
  const { segments } = entry;
  if (segments !== undefined) pax.push(...sparseRecords(entry.path, entry.size));
  else if (name === undefined) pax.push(["path", entry.path]);
  block.write(name?.base ?? toAscii(entry.path).slice(0, 100), FIELD.name, "latin1");
  block.write(name?.prefix ?? "", FIELD.prefix, "latin1");
  if (entry.linkPath.length > 100 || !isAscii(entry.linkPath)) pax.push(["linkpath", entry.linkPath]);
  block.write(toAscii(entry.linkPath).slice(0, 100), FIELD.linkName, "latin1");
  formatOctal(block, FIELD.mode, { length: 8, value: entry.mode & 0o7777 });
  const number = (at: number, length: number, key: string, value: number): void => {
    if (!formatOctal(block, at, { length, value })) pax.push([key, String(value)]);
  };
  number(FIELD.uid, 8, "uid", entry.uid);
  number(FIELD.gid, 8, "gid", entry.gid);
  number(FIELD.size, 12, "size", bytesOf(entry));
  number(FIELD.mtime, 12, "mtime", entry.mtimeSeconds);
  number(FIELD.deviceMajor, 8, "SCHILY.devmajor", entry.deviceMajor);
  number(FIELD.deviceMinor, 8, "SCHILY.devminor", entry.deviceMinor);
  for (const { name: key, value } of entry.xattrs) {
    if (key.includes("=")) throw entryError(entry.path, `extended attribute name "${key}" holds "="`);
    pax.push([XATTR_KEY + key, Buffer.from(value).toString("latin1")]);
  }
  seal(block, TYPES[entry.kind]);
  return pax.length === 0 ? block : Buffer.concat([formatPaxHeader(entry.path, pax), block]);
}

/** How many bytes follow the header. */
export function bytesOf({ kind, size, segments }: TarHeader): number {
  if (kind !== "file") return 0;
  return segments === undefined ? size : formatSparseMap(segments, size).length + storedLength(segments);
}

/** Zeros that fill `size` bytes of content up to a whole block. */
export function tarPadding(size: number): Uint8Array {
  return ZEROS.subarray(0, (BLOCK - (size % BLOCK)) % BLOCK);
}

/** The end of an archive: two blocks of zeros. */
export function tarTrailer(): Uint8Array {
  return ZEROS;
}

const ZEROS = new Uint8Array(2 * BLOCK);

function formatPaxHeader(path: ByteString, records: readonly [ByteString, ByteString][]): Buffer {
  const sorted = [...records].sort(([a], [b]) => (a < b ? -1 : 1));
  // Readers take names for UTF-8 unless told otherwise (POSIX.1-2008, pax, hdrcharset).
  if (sorted.some(([key, value]) => /^(?:(?:link)?path|GNU\.sparse\.name)$/.test(key) && !isUtf8(value))) {
    sorted.unshift(["hdrcharset", "BINARY"]);
  }
  const data = sorted.map(([key, value]) => formatPaxRecord(key, value)).join("");
  const block = Buffer.alloc(BLOCK);
  const slash = path.replace(/\/+$/, "").lastIndexOf("/");
  block.write(toAscii(`PaxHeaders.0/${path.slice(slash + 1)}`).slice(0, 100), FIELD.name, "latin1");
  formatOctal(block, FIELD.mode, { length: 8, value: 0o644 });
  for (const at of [FIELD.uid, FIELD.gid]) formatOctal(block, at, { length: 8, value: 0 });
  formatOctal(block, FIELD.size, { length: 12, value: data.length });
  formatOctal(block, FIELD.mtime, { length: 12, value: 0 });
  seal(block, "x");
  return Buffer.concat([block, Buffer.from(data, "latin1"), tarPadding(data.length)]);
}

/** Fits a name into the ustar fields, cut at a slash where it is long; undefined when it does not fit. */
function splitName(path: ByteString): { readonly base: string; readonly prefix: string } | undefined {
  if (!isAscii(path)) return undefined;
  if (path.length <= 100) return { base: path, prefix: "" };
  const slash = path.lastIndexOf("/", Math.min(155, path.length - 2));
  if (slash <= 0 || path.length - slash - 1 > 100) return undefined;
  return { base: path.slice(slash + 1), prefix: path.slice(0, slash) };
}

function seal(block: Buffer, type: string): void {
  block.write(type, FIELD.type, "latin1");
  block.write("ustar\u000000", FIELD.magic, "latin1");
  const [sum] = checksums(block);
  block.write(`${sum.toString(8).padStart(6, "0")}\0 `, FIELD.checksum, "latin1");
}

function isAscii(text: ByteString): boolean {
  for (let i = 0; i < text.length; i++) if (text.charCodeAt(i) > 127) return false;
  return true;
}

/** What a reader without PAX sees: anything but ASCII is left out. */
function toAscii(text: ByteString): string {
  return isAscii(text) ? text : text.replace(/[^ -~]/g, "");
}

function isUtf8(bytes: ByteString): boolean {
  return Buffer.from(Buffer.from(bytes, "latin1").toString("utf8"), "utf8").toString("latin1") === bytes;
}
