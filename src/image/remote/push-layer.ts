import { type CallOptions, type Semaphore, shortId } from "../../base/index.ts";
import type { ContentStore } from "../../content/index.ts";
import { type ChainId, type Descriptor, type DiffId, type Digest, MediaType } from "../../oci/index.ts";
import type { Registry, Repository } from "../../registry/index.ts";
import type { BlockCompression } from "../../snapshot/index.ts";
import type { ImageContext } from "../context.ts";
import { blobSources, layerBlobs, recordLayerBlob, recordSource } from "./blob-records.ts";

/** Where the layers of an image go, and as what. */
export interface PushTarget {
  readonly registry: Registry;
  readonly repository: Repository;
  readonly content: ContentStore;
  /** Undefined: gzip, or whatever a layer came as. */
  readonly compression: BlockCompression | undefined;
  /** Digests that make up a manifest that is known: preferred among the forms of a layer. */
  readonly preferred: ReadonlySet<Digest>;
  /** Lets one layer at a time use all processors. */
  readonly compressing: Semaphore;
  readonly options: CallOptions;
}

export interface PushedLayer {
  readonly diffId: DiffId;
  readonly chainId: ChainId;
}

/**
 * Makes a registry have a layer, with as little as possible sent: what it has is left, what another repository
 * of it has is mounted, what is here as a blob is sent as it is, and only the rest is compressed.
 */
export async function pushLayer(
  context: ImageContext,
  target: PushTarget,
  layer: PushedLayer,
): Promise<Descriptor> {
  const { store } = context;
  const { registry, repository, content, options } = target;
  const say = (text: string): void =>
    options.onProgress?.({ kind: "status", id: shortId(layer.diffId), text });
  const known = knownForms(context, target, layer.diffId);
  const done = (blob: Descriptor, how: string): Descriptor => {
    say(how);
    store.transaction(() => {
      recordLayerBlob(store, layer.diffId, blob);
      recordSource(store, blob.digest, `${repository.domain}/${repository.path}`);
    });
    return blob;
  };
  for (const blob of known) {
    const size = await registry.findBlob(repository, blob.digest, options);
    if (size !== undefined) return done({ ...blob, size: blob.size }, "Layer already exists");
    const from = await mount(context, target, blob.digest);
    if (from !== undefined) return done(blob, `Mounted from ${from}`);
  }
  const total = await context.layers.tarSize(layer.chainId);
  let sent = 0;
  const onSent = (bytes: number): void => {
    sent += bytes;
    options.onProgress?.({ kind: "bytes", id: shortId(layer.diffId), text: "Pushing", current: sent, total });
  };
  const here = known.find(({ digest }) => content.stat(digest) !== undefined);
  if (here !== undefined) {
    const open = () => content.read(here.digest);
    await registry.pushBlob(repository, { open, known: here }, { ...options, onSent });
    return done(here, "Pushed");
  }
  const compression = target.compression ?? "gzip";
  const open = () => context.layers.compressed(layer.chainId, compression, options);
  const pushed = await target.compressing.run(() =>
    registry.pushBlob(repository, { open }, { ...options, onSent }),
  );
  const mediaType = compression === "zstd" ? MediaType.ociLayerZstd : MediaType.ociLayerGzip;
  return done({ mediaType, ...pushed }, "Pushed");
}

/** The forms of a layer that may be pushed, the best first. */
function knownForms(
  { store }: ImageContext,
  { compression, preferred }: PushTarget,
  diffId: DiffId,
): Descriptor[] {
  const rank = ({ digest }: Descriptor): number => (preferred.has(digest) ? 0 : 1);
  return layerBlobs(store, diffId)
    .filter(({ mediaType }) => compression === undefined || compressionOf(mediaType) === compression)
    .map(({ digest, size, mediaType }) => ({ digest, size, mediaType }))
    .sort((a, b) => rank(a) - rank(b));
}

/** The compression that a layer's media type says. */
export function compressionOf(mediaType: string): BlockCompression | "none" {
  if (/[+.]zstd$/.test(mediaType)) return "zstd";
  return /[+.]gzip$/.test(mediaType) ? "gzip" : "none";
}

/** Tries to have a blob from another repository of the same registry; says which. */
async function mount(
  { store }: ImageContext,
  { registry, repository, options }: PushTarget,
  digest: Digest,
): Promise<string | undefined> {
  const MOST_TRIES = 3;
  const prefix = `${repository.domain}/`;
  const sources = blobSources(store, digest)
    .filter((each) => each.startsWith(prefix) && each !== `${prefix}${repository.path}`)
    .map((each) => each.slice(prefix.length));
  for (const from of sources.slice(0, MOST_TRIES)) {
    if (await registry.mountBlob(repository, digest, { ...options, from })) return from;
  }
  return undefined;
}
