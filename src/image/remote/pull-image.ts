import { type CallOptions, EngineError } from "../../base/index.ts";
import type { ContentStore } from "../../content/index.ts";
import {
  chainIds,
  type Digest,
  familiarReference,
  formatReference,
  type Platform,
  parseReference,
  platformMatches,
  type Reference,
  withDefaultTag,
} from "../../oci/index.ts";
import type { Registry } from "../../registry/index.ts";
import type { ImageContext } from "../context.ts";
import { readImage, writeImage, writeName } from "../image-rows.ts";
import { dropHold, type LayerHold, releaseLayers } from "../layer-hold.ts";
import { keyOf } from "../resolve-image.ts";
import type { Image } from "../types.ts";
import { recordLayerBlob, recordSource, sweepBlobs } from "./blob-records.ts";
import { reservedName } from "./errors.ts";
import { pullLayers } from "./pull-layers.ts";
import { type RemoteImage, readRemoteImage } from "./remote-image.ts";

export interface PullOptions extends CallOptions {
  readonly platform?: Platform;
  /** Every tag of the repository. */
  readonly allTags?: boolean;
}

/** What a pull did for one tag or digest. */
export interface PulledImage {
  readonly reference: Reference;
  readonly image: Image;
  /** Of what the name stands for at the registry: a manifest or an index. */
  readonly digest: Digest;
  /** False when the name stood for this image already. */
  readonly changed: boolean;
}

/** What a pull works with. */
export interface PullContext extends ImageContext {
  readonly content: ContentStore;
  readonly registry: Registry;
}

/**
 * Brings an image here under its name, `repository[:tag|@digest]`, in one step when its layers are: it is complete or not
 * there at all. Downloads that are interrupted go on with the next pull. Throws `notFound`, `unauthorized`, `forbidden`,
 * `unavailable`, `dataLoss`.
 */
export async function pullImage(
  context: PullContext,
  name: string,
  options: PullOptions = {},
): Promise<PulledImage[]> {
  const reference = withoutTagOfDigest(parseReference(name));
  if (reference.domain === "docker.io" && reference.path === "library/scratch") throw reservedName("scratch");
  sweepBlobs(context.store, context.content);
  if (!options.allTags) {
    const whole = withDefaultTag(reference);
    const pulled = [await pullOne(context, whole, options)];
    sayStatus(options, whole, pulled);
    return pulled;
  }
  if (reference.tag !== undefined || reference.digest !== undefined) {
    throw new EngineError("invalidArgument", "tag can't be used with --all-tags/-a");
  }
  const pulled: PulledImage[] = [];
  for (const tag of await context.registry.tags(reference, options)) {
    pulled.push(await pullOne(context, { ...reference, tag }, options));
  }
  sayStatus(options, reference, pulled);
  return pulled;
}

/** A digest says all: as in Docker, a tag beside it is neither asked for nor given. */
function withoutTagOfDigest(reference: Reference): Reference {
  const { domain, path, digest } = reference;
  return digest === undefined ? reference : { domain, path, digest };
}

function sayStatus(options: PullOptions, name: Reference, pulled: readonly PulledImage[]): void {
  const what = pulled.some(({ changed }) => changed) ? "Downloaded newer image" : "Image is up to date";
  options.onProgress?.({ kind: "status", text: `Status: ${what} for ${familiarReference(name)}` });
}

async function pullOne(
  context: PullContext,
  reference: Reference,
  options: PullOptions,
): Promise<PulledImage> {
  const { onProgress } = options;
  const say = (text: string, id?: string): void =>
    onProgress?.({ kind: "status", text, ...(id === undefined ? {} : { id }) });
  const { digest } = await context.registry.resolve(reference, options);
  const shown = reference.digest === undefined ? (reference.tag ?? "") : familiarReference(reference);
  say(`Pulling from ${reference.path}`, shown);
  const known = findKnown(context, { reference, digest, platform: options.platform });
  const pulled = known ?? (await fetchImage(context, { reference, digest, options }));
  say(`Digest: ${digest}`);
  return pulled;
}

/** The image that a digest of the repository is known to stand for. */
function findKnown(
  context: PullContext,
  wanted: { readonly reference: Reference; readonly digest: Digest; readonly platform: Platform | undefined },
): PulledImage | undefined {
  const { reference, digest, platform } = wanted;
  const { store } = context;
  const { domain, path } = reference;
  const id = nameOf(context, formatReference({ domain, path, digest }));
  if (id === undefined) return undefined;
  const image = readImage(store, id);
  if (image === undefined) return undefined;
  if (platform !== undefined && !platformMatches(image.config, platform)) return undefined;
  if (nameOf(context, keyOf(reference)) === id) return { reference, image, digest, changed: false };
  store.transaction(() => writeName(store, keyOf(reference), id), { durable: true });
  return { reference, image, digest, changed: true };
}

function nameOf({ store }: PullContext, name: string): Digest | undefined {
  return store.row<{ image: Digest }>("SELECT image FROM refs WHERE name = ?", name)?.image;
}

async function fetchImage(
  context: PullContext,
  { reference, digest, options }: { reference: Reference; digest: Digest; options: PullOptions },
): Promise<PulledImage> {
  const { domain, path } = reference;
  const { registry, content } = context;
  // By the digest: the tag may move to another image at any moment.
  const remote = await readRemoteImage(registry, { domain, path, digest }, options);
  const holds: LayerHold[] = [];
  try {
    await pullLayers(context, {
      registry,
      repository: { domain, path },
      content,
      diffIds: remote.config.rootfs.diff_ids,
      blobs: remote.layers,
      holds,
      options,
    });
    const before = nameOf(context, keyOf(reference));
    const image = record(context, { reference, remote, holds });
    return { reference, image, digest, changed: before !== image.id };
  } finally {
    for (const hold of holds) await releaseLayers(context, hold);
  }
}

function record(
  context: PullContext,
  pulled: { readonly reference: Reference; readonly remote: RemoteImage; readonly holds: LayerHold[] },
): Image {
  const { store, layers } = context;
  const { reference, remote, holds } = pulled;
  const { config, configBytes, manifest } = remote;
  const { domain, path } = reference;
  const top = chainIds(config.rootfs.diff_ids).at(-1);
  const image = store.transaction(
    () => {
      const size = layers.stack(top).reduce((sum, layer) => sum + layer.size, 0);
      const written = writeImage(store, { config, configBytes, size, top, parent: undefined, names: [] });
      writeName(store, keyOf(reference), written.id);
      writeName(store, formatReference({ domain, path, digest: remote.digest }), written.id);
      store.change(
        "INSERT INTO image_manifests(image, digest, media_type, bytes) VALUES (?,?,?,?) ON CONFLICT DO NOTHING",
        written.id,
        manifest.descriptor.digest,
        manifest.descriptor.mediaType,
        manifest.bytes,
      );
      for (const [at, blob] of remote.layers.entries()) {
        const diffId = config.rootfs.diff_ids[at];
        if (diffId !== undefined) recordLayerBlob(store, diffId, blob);
        recordSource(store, blob.digest, formatReference({ domain, path }));
      }
      for (const hold of holds) dropHold(store, hold);
      return written;
    },
    { durable: true },
  );
  holds.length = 0;
  return image;
}
