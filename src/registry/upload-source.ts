import { EngineError } from "../base/index.ts";
import type { Digest } from "../oci/index.ts";
import type { PushedBlob } from "./types.ts";

/** The bytes of an upload, which can be read again from any place; each reading computes their digest. */
export class UploadSource {
  readonly #open: () => AsyncIterable<Uint8Array>;
  readonly #onRead: ((bytes: number) => void) | undefined;
  #result: PushedBlob | undefined;
  #most = 0;
  /** Why the bytes could not be had. */
  failure: { readonly error: unknown } | undefined;

  /** `onRead` is told how many bytes are read for the first time. */
  constructor(open: () => AsyncIterable<Uint8Array>, onRead: ((bytes: number) => void) | undefined) {
    this.#open = open;
    this.#onRead = onRead;
  }

  /** The bytes from `start` on. */
  async *read(start: number): AsyncGenerator<Uint8Array> {
    this.#result = undefined;
    const hash = new Bun.CryptoHasher("sha256");
    let at = 0;
    try {
      for await (const chunk of this.#open()) {
        hash.update(chunk);
        at += chunk.length;
        const fresh = chunk.subarray(Math.max(0, chunk.length - (at - start)));
        if (at <= start || fresh.length === 0) continue;
        yield fresh;
        if (at > this.#most) this.#onRead?.(at - this.#most);
        this.#most = Math.max(this.#most, at);
      }
    } catch (error) {
      this.failure = { error };
      throw error;
    }
    if (at < start) {
      const error = new EngineError("dataLoss", `the content has only ${at} bytes, not ${start}`);
      this.failure = { error };
      throw error;
    }
    this.#result = { digest: `sha256:${hash.digest("hex")}` as Digest, size: at };
  }

  /** True when the last reading came to the end. */
  isRead(): boolean {
    return this.#result !== undefined;
  }

  /** What the last reading found. */
  result(): PushedBlob {
    if (this.#result === undefined) throw new EngineError("internal", "an upload that was not read");
    return this.#result;
  }
}

/** Joins chunks into pieces of `length` bytes; the last is shorter. */
export async function* pieces(source: AsyncIterable<Uint8Array>, length: number): AsyncGenerator<Uint8Array> {
  let parts: Uint8Array[] = [];
  let held = 0;
  for await (const chunk of source) {
    for (let rest = chunk; rest.length > 0; ) {
      const part = rest.subarray(0, length - held);
      parts.push(part);
      held += part.length;
      rest = rest.subarray(part.length);
      if (held < length) continue;
      yield Buffer.concat(parts);
      parts = [];
      held = 0;
    }
  }
  if (held > 0) yield Buffer.concat(parts);
}
