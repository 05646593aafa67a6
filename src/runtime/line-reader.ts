import { readAvailable, setNonBlocking, waitReadable } from "../host/index.ts";

const MOST_BYTES = 1024 * 1024;

/**
 * Reads one line from a pipe, without holding a thread. Resolves to the text before the newline, or to what came
 * before the end of the stream. Aborting ends the wait with what came until then.
 */
export async function readLine(fd: number, signal?: AbortSignal): Promise<string> {
  setNonBlocking(fd, true);
  const buffer = new Uint8Array(8192);
  const parts: Uint8Array[] = [];
  let size = 0;
  while (size < MOST_BYTES && !signal?.aborted) {
    const count = readAvailable(fd, buffer);
    if (count === undefined) {
      await readable(fd, signal);
      continue;
    }
    if (count === 0) break;
    const chunk = buffer.slice(0, count);
    parts.push(chunk);
    size += count;
    if (chunk.includes(NEWLINE)) break;
  }
  const text = Buffer.concat(parts).toString();
  const end = text.indexOf("\n");
  return end < 0 ? text : text.slice(0, end);
}

const NEWLINE = 10;

async function readable(fd: number, signal: AbortSignal | undefined): Promise<void> {
  const wait = waitReadable(fd);
  signal?.addEventListener("abort", wait.cancel, { once: true });
  await wait.ready;
  signal?.removeEventListener("abort", wait.cancel);
}
