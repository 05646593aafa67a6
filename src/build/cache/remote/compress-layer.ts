import { createHash } from "node:crypto";
import { closeSync, createReadStream, createWriteStream } from "node:fs";
import { rename, stat } from "node:fs/promises";
import { pipeline } from "node:stream/promises";
import { createZstdCompress } from "node:zlib";
import { openPipe } from "../../../host/index.ts";
import { type ChainId, type Digest, MediaType, parseDigest } from "../../../oci/index.ts";
import type { Layers } from "../../../snapshot/index.ts";

/** A compressed layer in a file. */
export interface CompressedLayer {
  readonly mediaType: string;
  readonly digest: Digest;
  readonly size: number;
}

/** Writes a layer's tar, compressed by zstd, to a file beside `folder`'s blobs, and gives it the name of its digest there. */
export async function compressLayer(
  layers: Layers,
  chainId: ChainId,
  {
    folder,
    temporary,
    signal,
  }: { readonly folder: string; readonly temporary: string; readonly signal: AbortSignal },
): Promise<CompressedLayer> {
  const [reader, writer] = openPipe();
  const hash = createHash("sha256");
  const written = layers.writeTar(chainId, writer, { signal }).finally(() => closeSync(writer));
  const compressed = pipeline(
    createReadStream("", { fd: reader }),
    createZstdCompress(),
    async function* (chunks: AsyncIterable<Uint8Array>) {
      for await (const chunk of chunks) {
        hash.update(chunk);
        yield chunk;
      }
    },
    createWriteStream(temporary, { flags: "wx", mode: 0o644 }),
    { signal },
  );
  const [, done] = await Promise.allSettled([written, compressed]);
  await written;
  if (done.status === "rejected") throw done.reason;
  const digest = parseDigest(`sha256:${hash.digest("hex")}`);
  const { size } = await stat(temporary);
  await rename(temporary, `${folder}/${digest.slice("sha256:".length)}`);
  return { mediaType: MediaType.ociLayerZstd, digest, size };
}
