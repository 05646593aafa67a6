import { EngineError } from "../base/index.ts";

declare const brand: unique symbol;

/** Digest of a blob's exact bytes, `sha256:<64 hex>` (OCI image-spec, descriptor.md#digests). */
export type Digest = string & { readonly [brand]: "digest" };
/** Digest of a layer's uncompressed tar (OCI image-spec, config.md#layer-diffid). */
export type DiffId = string & { readonly [brand]: "diffId" };
/** Identity of a stack of layers (OCI image-spec, config.md#layer-chainid). */
export type ChainId = string & { readonly [brand]: "chainId" };

const DIGEST = /^sha256:[0-9a-f]{64}$/;

/** Checks the form of a digest; only sha256 is accepted. Throws `invalidArgument`. */
export function parseDigest(text: string): Digest {
  if (!DIGEST.test(text)) throw new EngineError("invalidArgument", `invalid digest "${text}"`);
  return text as Digest;
}

/** As {@link parseDigest}, for the digest of an uncompressed layer. */
export function parseDiffId(text: string): DiffId {
  parseDigest(text);
  return text as DiffId;
}

/** True when `text` has the form of a sha256 digest. */
export function isDigest(text: string): text is Digest {
  return DIGEST.test(text);
}

/** The hexadecimal part of a digest. */
export function digestHex(digest: Digest | DiffId | ChainId): string {
  return digest.slice("sha256:".length);
}

/** sha256 of `data`, as a digest. */
export function digestOf(data: string | Uint8Array): Digest {
  return `sha256:${new Bun.CryptoHasher("sha256").update(data).digest("hex")}` as Digest;
}

/** The diffID of a layer without entries: of a tar that ends at once. */
export const EMPTY_DIFF_ID = parseDiffId(
  "sha256:5f70bf18a086007016e948b04aed3b82103a36bea41755b6cddfaf10ace3c6ef",
);
