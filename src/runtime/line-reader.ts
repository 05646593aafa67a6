import { readAvailable, setNonBlocking, waitReadable } from "../host/index.ts";

const MOST_BYTES = 1024 * 1024;
const NEWLINE = 10;

/** Reads a pipe line by line, without holding a thread. */
export interface LineReader {
  /** Resolves to the text before the next newline, or to what came before the end of the stream. */
  next(): Promise<string>;
}

/** Begins to read from a pipe; it becomes non-blocking. Several lines may come at once: none of them is lost. */
export function createLineReader(fd: number): LineReader {
  const buffer = new Uint8Array(8192);
  let held = new Uint8Array();
  /** False at the end of the stream. */
  const fill = async (): Promise<boolean> => {
    const count = readAvailable(fd, buffer);
    if (count === undefined) await waitReadable(fd).ready;
    else held = Buffer.concat([held, buffer.subarray(0, count)]);
    return count !== 0;
  };
  setNonBlocking(fd, true);
  return {
    async next() {
      while (!held.includes(NEWLINE) && held.length < MOST_BYTES && (await fill()));
      const end = held.indexOf(NEWLINE);
      const line = end < 0 ? held : held.subarray(0, end);
      held = end < 0 ? new Uint8Array() : held.subarray(end + 1);
      return Buffer.from(line).toString();
    },
  };
}
