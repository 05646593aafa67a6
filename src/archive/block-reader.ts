import type { ByteSink, ByteSource } from "./byte-source.ts";
import { truncatedError } from "./errors.ts";

/** Size of a tar block. */
export const BLOCK = 512;

const CAPACITY = 256 * 1024;

/**
 * Reads a tar stream through one buffer. Bytes taken with `frame` are the archive's own and are handed
 * to `onFrame`; bytes taken with `payload` belong to a file. Views are valid until the next call.
 */
export class BlockReader {
  readonly #source: ByteSource;
  readonly #onFrame: ByteSink | undefined;
  readonly #buffer = Buffer.allocUnsafeSlow(CAPACITY);
  #start = 0;
  #end = 0;
  #ended = false;

  constructor(source: ByteSource, onFrame: ByteSink | undefined) {
    this.#source = source;
    this.#onFrame = onFrame;
  }

  /** One block, or undefined when the stream ends right here. */
  block(): Buffer | undefined {
    if (!this.#fill(BLOCK)) {
      if (this.#end === this.#start) return undefined;
      throw truncatedError();
    }
    return this.#take(BLOCK, true);
  }

  /** A copy of exactly `length` bytes of the archive's own. */
  frame(length: number): Buffer {
    const copy = Buffer.allocUnsafe(length);
    for (let at = 0; at < length; ) {
      if (!this.#fill(1)) throw truncatedError();
      const part = this.#take(Math.min(length - at, this.#end - this.#start), true);
      part.copy(copy, at);
      at += part.length;
    }
    return copy;
  }

  /** The next 1 to `limit` bytes of a file. */
  payload(limit: number): Buffer {
    if (!this.#fill(1)) throw truncatedError();
    return this.#take(Math.min(limit, this.#end - this.#start), false);
  }

  /** Passes everything up to the end of the stream as the archive's own bytes. */
  drain(): void {
    while (this.#fill(1)) this.#take(this.#end - this.#start, true);
  }

  #take(length: number, frame: boolean): Buffer {
    const view = this.#buffer.subarray(this.#start, this.#start + length);
    this.#start += length;
    if (frame && length > 0) this.#onFrame?.(view);
    return view;
  }

  /** True when at least `wanted` bytes are in the buffer. */
  #fill(wanted: number): boolean {
    if (this.#end - this.#start >= wanted) return true;
    if (this.#start > 0) {
      this.#buffer.copyWithin(0, this.#start, this.#end);
      this.#end -= this.#start;
      this.#start = 0;
    }
    while (this.#end < wanted && !this.#ended) {
      const count = this.#source.read(this.#buffer.subarray(this.#end));
      if (count === 0) this.#ended = true;
      this.#end += count;
    }
    return this.#end >= wanted;
  }
}
