import { ptr } from "bun:ffi";
import { readdirSync } from "node:fs";
import { libc } from "./libc.ts";
import { isErrno, throwErrno } from "./syscall-error.ts";

/** Type of a folder's entry; `unknown` when the file system does not say: stat it. */
export type EntryType =
  | "file"
  | "directory"
  | "symlink"
  | "character"
  | "block"
  | "fifo"
  | "socket"
  | "unknown";

export interface DirectoryEntry {
  /** The raw name. */
  readonly name: Uint8Array;
  readonly type: EntryType;
}

const TYPES: Readonly<Record<number, EntryType>> = {
  1: "fifo",
  2: "character",
  4: "directory",
  6: "block",
  8: "file",
  10: "symlink",
  12: "socket",
};

const buffer = new Uint8Array(64 * 1024);
const view = new DataView(buffer.buffer);

/**
 * The entries of the open folder `fd` from its current position on, without `.` and `..`, in the file
 * system's order. A second listing needs `lseek(fd, 0, SEEK_SET)` first.
 */
export function readDir(fd: number): DirectoryEntry[] {
  const entries: DirectoryEntry[] = [];
  for (;;) {
    const length = Number(libc().getdents64(fd, ptr(buffer), buffer.length));
    if (length < 0) throwErrno("getdents", fd);
    if (length === 0) return entries;
    for (let at = 0; at < length; ) {
      const size = view.getUint16(at + 16, true);
      const start = at + 19;
      const end = buffer.indexOf(0, start);
      if (!isDot(start, end)) {
        entries.push({ name: buffer.slice(start, end), type: TYPES[buffer[at + 18] ?? 0] ?? "unknown" });
      }
      at += size;
    }
  }
}

function isDot(start: number, end: number): boolean {
  if (buffer[start] !== 0x2e) return false;
  return end === start + 1 || (end === start + 2 && buffer[start + 1] === 0x2e);
}

/** The names in a folder; none when there is no such folder. */
export function namesIn(folder: string): string[] {
  try {
    return readdirSync(folder);
  } catch (error) {
    if (isErrno(error, "ENOENT")) return [];
    throw error;
  }
}
