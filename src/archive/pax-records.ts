import type { ByteString } from "./byte-source.ts";
import { tarError } from "./errors.ts";

/** One record of a PAX extended header, in order of appearance; an empty value takes a field back. */
export type PaxRecord = readonly [key: ByteString, value: ByteString];

/** Prefix of the keys that carry extended attributes. */
export const XATTR_KEY = "SCHILY.xattr.";

const NO_NUL = new Set(["path", "linkpath", "uname", "gname", "GNU.sparse.name"]);

/** Reads the records of an extended header (POSIX.1-2001, pax). Throws `invalidArgument` on a malformed one. */
export function parsePaxRecords(data: Buffer): PaxRecord[] {
  const records: PaxRecord[] = [];
  for (let at = 0; at < data.length; ) {
    const space = data.indexOf(0x20, at);
    const digits = space < 0 ? "" : data.toString("latin1", at, Math.min(space, at + 20));
    const end = at + Number(digits);
    if (!/^\d+$/.test(digits) || end > data.length || end <= space + 1 || data[end - 1] !== 0x0a) {
      throw tarError("invalid tar header: malformed PAX record");
    }
    records.push(parseRecord(data.toString("latin1", space + 1, end - 1)));
    at = end;
  }
  return records;
}

/** Writes one record with its own length in front. */
export function formatPaxRecord(key: ByteString, value: ByteString): ByteString {
  const rest = ` ${key}=${value}\n`;
  let length = rest.length + String(rest.length).length;
  if (String(length).length !== String(rest.length).length) length = rest.length + String(length).length;
  return `${length}${rest}`;
}

/** Reads `seconds[.fraction]`, possibly negative, to the nanosecond. */
export function parsePaxTime(text: string): { readonly seconds: number; readonly nanoseconds: number } {
  const match = /^(-?)(\d{1,15})(?:\.(\d*))?$/.exec(text);
  if (match === null) throw tarError("invalid tar header: malformed PAX time");
  const [, sign, whole = "", fraction = ""] = match;
  const nanoseconds = Number(fraction.slice(0, 9).padEnd(9, "0"));
  if (sign !== "-") return { seconds: Number(whole), nanoseconds };
  if (nanoseconds === 0) return { seconds: 0 - Number(whole), nanoseconds };
  return { seconds: -Number(whole) - 1, nanoseconds: 1_000_000_000 - nanoseconds };
}

function parseRecord(record: ByteString): PaxRecord {
  const equals = record.indexOf("=");
  if (equals <= 0) throw tarError("invalid tar header: malformed PAX record");
  const key = record.slice(0, equals);
  const value = record.slice(equals + 1);
  if (key.includes("\0") || (NO_NUL.has(key) && value.includes("\0"))) {
    throw tarError("invalid tar header: NUL in a PAX record");
  }
  return [key, value];
}
