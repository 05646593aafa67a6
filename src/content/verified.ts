import { EngineError } from "../base/index.ts";
import type { Digest } from "../oci/index.ts";

/** Passes `source` on and throws `dataLoss` at its end, or as soon as it is too long, when it is not the blob it should be. */
export async function* verified(
  source: AsyncIterable<Uint8Array>,
  expected: { readonly digest: Digest; readonly size?: number },
): AsyncGenerator<Uint8Array> {
  const hash = new Bun.CryptoHasher("sha256");
  let size = 0;
  for await (const chunk of source) {
    size += chunk.length;
    if (expected.size !== undefined && size > expected.size) throw corruptBlob(expected.digest);
    hash.update(chunk);
    yield chunk;
  }
  const short = expected.size !== undefined && size !== expected.size;
  if (short || `sha256:${hash.digest("hex")}` !== expected.digest) throw corruptBlob(expected.digest);
}

export function missingBlob(digest: Digest): EngineError {
  return new EngineError("notFound", `content digest ${digest}: not found`);
}

export function corruptBlob(digest: Digest): EngineError {
  return new EngineError("dataLoss", `content does not match digest ${digest}`, {
    hint: "fetch or load the image again",
  });
}
