import { readSync } from "node:fs";
import { invalidArchive } from "./errors.ts";

/** Reads an archive's own bytes and its members, in order. Errors: `invalidArgument` when the bytes end too soon. */
export interface ByteInput {
  /** Bytes from the start of the archive. */
  readonly position: number;
  /** Exactly `length` bytes; undefined when the input ends right here. */
  exactly(length: number): Promise<Buffer | undefined>;
  /** The next 1 to `limit` bytes. */
  some(limit: number): Promise<Uint8Array>;
  skip(length: number): Promise<void>;
}

/** Input that can only be read through. */
export interface StreamInput extends ByteInput {
  /** Reads to the end. */
  drain(): Promise<void>;
}

/** Input over a file that skips without reading. */
export function createFileInput(
  fd: number,
  range: { readonly start: number; readonly end: number },
): ByteInput {
  let at = range.start;
  const readUpTo = (length: number): Buffer => {
    const buffer = Buffer.allocUnsafe(Math.min(length, range.end - at));
    const count = readSync(fd, buffer, 0, buffer.length, at);
    at += count;
    return buffer.subarray(0, count);
  };
  return {
    get position() {
      return at - range.start;
    },
    exactly: async (length) => {
      const bytes = readUpTo(length);
      if (bytes.length === 0 && length > 0) return undefined;
      if (bytes.length < length) throw truncated();
      return bytes;
    },
    some: async (limit) => {
      const bytes = readUpTo(limit);
      if (bytes.length === 0) throw truncated();
      return bytes;
    },
    skip: async (length) => {
      if (at + length > range.end) throw truncated();
      at += length;
    },
  };
}

/** Input over chunks that come once. */
export function createStreamInput(chunks: AsyncIterable<Uint8Array>): StreamInput {
  const iterator = chunks[Symbol.asyncIterator]();
  let rest: Uint8Array = new Uint8Array(0);
  let position = 0;
  const more = async (): Promise<boolean> => {
    while (rest.length === 0) {
      const next = await iterator.next();
      if (next.done) return false;
      rest = next.value;
    }
    return true;
  };
  const some = async (limit: number): Promise<Uint8Array> => {
    if (!(await more())) throw truncated();
    const bytes = rest.subarray(0, limit);
    rest = rest.subarray(bytes.length);
    position += bytes.length;
    return bytes;
  };
  return {
    get position() {
      return position;
    },
    some,
    exactly: async (length) => {
      if (length > 0 && !(await more())) return undefined;
      const bytes = Buffer.allocUnsafe(length);
      for (let at = 0; at < length; ) {
        const part = await some(length - at);
        bytes.set(part, at);
        at += part.length;
      }
      return bytes;
    },
    skip: async (length) => {
      for (let left = length; left > 0; ) left -= (await some(left)).length;
    },
    drain: async () => {
      while (await more()) rest = rest.subarray(rest.length);
    },
  };
}

function truncated(): Error {
  return invalidArchive("unexpected EOF");
}
