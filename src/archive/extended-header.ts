import type { ByteString } from "./byte-source.ts";
import { tarError } from "./errors.ts";
import type { HeaderBlock } from "./header-block.ts";
import { type PaxRecord, parsePaxTime, XATTR_KEY } from "./pax-records.ts";
import { parseCount, parseSparseList, type SparseSegment } from "./sparse-map.ts";
import type { Xattr } from "./tar-entry.ts";

/** A header with every extension applied. */
export interface ExtendedHeader extends Omit<HeaderBlock, "mtime"> {
  readonly mtimeSeconds: number;
  readonly mtimeNanoseconds: number;
  readonly xattrs: readonly Xattr[];
  readonly sparse: PaxSparse | undefined;
}

/** What PAX says of a sparse file (GNU tar manual, "Storing Sparse Files"). */
export interface PaxSparse {
  /** Undefined in format 1.0, which keeps the map at the start of the payload. */
  readonly segments: readonly SparseSegment[] | undefined;
  /** Length of the file with its holes. */
  readonly size: number;
}

/** What stands before a header and changes it. */
export interface Extensions {
  readonly global: readonly PaxRecord[];
  readonly local: readonly PaxRecord[];
  readonly longName: ByteString | undefined;
  readonly longLink: ByteString | undefined;
}

/** A global header names no single file, so it may not name or measure one. */
const LOCAL_ONLY = /^(?:path|linkpath|size|GNU\.sparse\..*)$/;

/** Applies extensions to a header: global records, then local ones, then GNU long names. */
export function toExtendedHeader(base: HeaderBlock, extensions: Extensions): ExtendedHeader {
  const { global, local, longName, longLink } = extensions;
  if (global.length + local.length === 0) {
    const { mtime, ...rest } = base;
    return {
      ...rest,
      name: longName ?? base.name,
      linkName: longLink ?? base.linkName,
      mtimeSeconds: mtime,
      mtimeNanoseconds: 0,
      xattrs: NO_XATTRS,
      sparse: undefined,
    };
  }
  const fields = new Map<ByteString, ByteString>();
  for (const [key, value] of global) if (!LOCAL_ONLY.test(key)) fields.set(key, value);
  for (const [key, value] of local) fields.set(key, value);
  const text = (key: string): string | undefined => fields.get(key) || undefined;
  const number = (key: string, fallback: number): number => {
    const value = text(key);
    return value === undefined ? fallback : parseDecimal(value);
  };
  const mtime = text("mtime");
  const time = mtime === undefined ? { seconds: base.mtime, nanoseconds: 0 } : parsePaxTime(mtime);
  return {
    ...base,
    name: longName ?? text("GNU.sparse.name") ?? text("path") ?? base.name,
    linkName: longLink ?? text("linkpath") ?? base.linkName,
    uid: number("uid", base.uid),
    gid: number("gid", base.gid),
    size: number("size", base.size),
    mtimeSeconds: time.seconds,
    mtimeNanoseconds: time.nanoseconds,
    deviceMajor: number("SCHILY.devmajor", base.deviceMajor),
    deviceMinor: number("SCHILY.devminor", base.deviceMinor),
    xattrs: toXattrs(fields),
    sparse: toSparse(fields, local),
  };
}

const NO_XATTRS: readonly Xattr[] = [];

function parseDecimal(value: string): number {
  if (value.startsWith("-")) throw tarError("invalid tar header: negative number in a PAX record");
  const number = Number(value);
  if (!/^\d+$/.test(value) || !Number.isSafeInteger(number)) {
    throw tarError("invalid tar header: malformed number in a PAX record");
  }
  return number;
}

function toXattrs(fields: ReadonlyMap<ByteString, ByteString>): Xattr[] {
  const xattrs: Xattr[] = [];
  for (const [key, value] of fields) {
    if (!key.startsWith(XATTR_KEY)) continue;
    const name = key.slice(XATTR_KEY.length);
    if (name === "") throw tarError("invalid tar header: malformed PAX record");
    xattrs.push({ name, value: Buffer.from(value, "latin1") });
  }
  return xattrs;
}

function toSparse(
  fields: ReadonlyMap<ByteString, ByteString>,
  local: readonly PaxRecord[],
): PaxSparse | undefined {
  const major = fields.get("GNU.sparse.major");
  const minor = fields.get("GNU.sparse.minor");
  const size = fields.get("GNU.sparse.realsize") ?? fields.get("GNU.sparse.size");
  if (major === "1" && minor === "0") return { segments: undefined, size: parseCount(size ?? "") };
  if (major !== undefined && !(major === "0" && (minor === "0" || minor === "1"))) {
    throw tarError(`unknown sparse format ${major}.${minor ?? ""}`);
  }
  const map = fields.get("GNU.sparse.map");
  if (map !== undefined) {
    return { segments: parseSparseList(map === "" ? [] : map.split(",")), size: parseCount(size ?? "") };
  }
  const pairs = local.filter(([key]) => key === "GNU.sparse.offset" || key === "GNU.sparse.numbytes");
  if (size === undefined && pairs.length === 0) return undefined;
  pairs.forEach(([key], at) => {
    if (key !== (at % 2 === 0 ? "GNU.sparse.offset" : "GNU.sparse.numbytes")) {
      throw tarError("invalid tar header: bad sparse map");
    }
  });
  return { segments: parseSparseList(pairs.map(([, value]) => value)), size: parseCount(size ?? "") };
}
