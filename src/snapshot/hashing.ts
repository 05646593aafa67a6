import type { ByteSource } from "../archive/index.ts";
import { readFd } from "../host/index.ts";
import type { DiffId } from "../oci/index.ts";
import { tooLarge } from "./errors.ts";

/** A running sha256 with a count of bytes. */
export interface StreamDigest {
  update(bytes: Uint8Array): void;
  readonly length: number;
  diffId(): DiffId;
}

export function createStreamDigest(): StreamDigest {
  const hasher = new Bun.CryptoHasher("sha256");
  let length = 0;
  return {
    update(bytes) {
      hasher.update(bytes);
      length += bytes.length;
    },
    get length() {
      return length;
    },
    diffId: () => `sha256:${hasher.digest("hex")}` as DiffId,
  };
}

/** Reads `fd` (the next `length` bytes, if given), hashing all that passes; throws when more than `maxBytes` come. */
export function createHashedSource(
  fd: number,
  digest: StreamDigest,
  limits: { readonly length?: number; readonly maxBytes: number },
): ByteSource {
  let left = limits.length ?? Number.MAX_SAFE_INTEGER;
  return {
    read(buffer) {
      const count = readFd(fd, buffer, 0, Math.min(buffer.length, left));
      if (count === 0) return 0;
      left -= count;
      digest.update(buffer.subarray(0, count));
      if (digest.length > limits.maxBytes) throw tooLarge(`it is larger than ${limits.maxBytes} bytes`);
      return count;
    },
  };
}
