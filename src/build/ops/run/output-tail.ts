const MOST_BYTES = 16 * 1024;

/** Keeps the end of an output. */
export interface OutputTail {
  add(data: Uint8Array): void;
  /** What was kept, from the beginning of a line. */
  text(): string;
}

/** Keeps the last 16 KiB of what it is given. */
export function createOutputTail(): OutputTail {
  let parts: Uint8Array[] = [];
  let size = 0;
  let cut = false;
  return {
    add(data) {
      parts.push(Uint8Array.from(data));
      size += data.length;
      if (size < 2 * MOST_BYTES) return;
      const end = Buffer.concat(parts).subarray(-MOST_BYTES);
      parts = [end];
      size = end.length;
      cut = true;
    },
    text() {
      const text = Buffer.concat(parts).subarray(-MOST_BYTES).toString();
      const isCut = cut || size > MOST_BYTES;
      return isCut ? text.slice(text.indexOf("\n") + 1) : text;
    },
  };
}
