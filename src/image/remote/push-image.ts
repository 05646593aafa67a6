import { type CallOptions, Semaphore, shortId, throwIfAborted } from "../../base/index.ts";
import {
  chainIds,
  type Descriptor,
  type Digest,
  familiarName,
  formatReference,
  type Platform,
  parseReference,
  type Reference,
  withDefaultTag,
} from "../../oci/index.ts";
import { parseManifest, toDescriptors } from "../../registry/index.ts";
import type { BlockCompression } from "../../snapshot/index.ts";
import { writeName } from "../image-rows.ts";
import { resolveImage } from "../resolve-image.ts";
import type { Annotations } from "../save-documents.ts";
import type { Image } from "../types.ts";
import { chooseManifest, type StoredManifest } from "./choose-manifest.ts";
import { digestReference, noLocalTag } from "./errors.ts";
import type { PullContext } from "./pull-image.ts";
import { pushLayer } from "./push-layer.ts";

export interface PushOptions extends CallOptions {
  readonly platform?: Platform;
  /** Every tag of the repository that is here. */
  readonly allTags?: boolean;
  /** Layers are sent like this; if not given, as they came, or else with gzip. */
  readonly compression?: BlockCompression;
}

/** What a push did for one tag. */
export interface PushedImage {
  readonly reference: Reference;
  readonly image: Image;
  readonly manifest: Descriptor;
}

/** Layers on their way at a time, as in Docker. */
const PARALLEL = 5;

/**
 * Sends an image, or all tags of a repository that are here, to a registry. An image that was pulled and is sent as it
 * was keeps its digest. Throws `notFound`, `unauthorized`, `forbidden`, `unavailable`.
 */
export async function pushImage(
  context: PullContext,
  name: string,
  options: PushOptions = {},
): Promise<PushedImage[]> {
  const reference = parseReference(name);
  if (reference.digest !== undefined) throw digestReference();
  const { domain, path } = reference;
  const say = options.onProgress;
  say?.({ kind: "status", text: `The push refers to repository [${formatReference({ domain, path })}]` });
  const references = options.allTags ? localTags(context, reference) : [withDefaultTag(reference)];
  if (references.length === 0) throw noLocalTag(familiarName(reference));
  const pushed: PushedImage[] = [];
  for (const each of references) pushed.push(await pushOne(context, each, options));
  return pushed;
}

function localTags({ store }: PullContext, { domain, path }: Reference): Reference[] {
  const prefix = `${formatReference({ domain, path })}:`;
  return store
    .rows<{ name: string }>(
      "SELECT name FROM refs WHERE substr(name, 1, ?) = ? ORDER BY name",
      prefix.length,
      prefix,
    )
    .map(({ name }) => ({ domain, path, tag: name.slice(prefix.length) }));
}

async function pushOne(
  context: PullContext,
  reference: Reference,
  options: PushOptions,
): Promise<PushedImage> {
  const image = findTagged(context, reference, options.platform);
  const descriptor = await sendImage(context, { reference, image, options });
  options.onProgress?.({
    kind: "status",
    id: reference.tag ?? "",
    text: `digest: ${descriptor.digest} size: ${descriptor.size}`,
  });
  return { reference, image, manifest: descriptor };
}

/**
 * Sends the layers, the config and the manifest of an image that need not be in the store, but whose layers are. Without
 * a tag in `reference` the manifest is stored under its digest.
 */
export async function sendImage(
  context: PullContext,
  { reference, image, options, annotations }: PushRequest,
): Promise<Descriptor> {
  const manifests = storedManifests(context, image.id);
  const layers = await pushLayers(context, { reference, image, manifests, options });
  const config = await pushConfig(context, { reference, image, options });
  const manifest = chooseManifest(manifests, { layers, config, annotations });
  const descriptor = await context.registry.pushManifest(reference, manifest, options);
  record(context, { reference, image, manifest, descriptor });
  return descriptor;
}

function findTagged({ store }: PullContext, reference: Reference, platform: Platform | undefined): Image {
  const row = store.row<{ image: Digest }>(
    "SELECT image FROM refs WHERE name = ?",
    formatReference(reference),
  );
  if (row === undefined) throw noLocalTag(familiarName(reference));
  return resolveImage(store, row.image, platform);
}

/** The manifests that the image is known by, the newest first. */
function storedManifests({ store }: PullContext, id: Digest): StoredManifest[] {
  return store
    .rows<{ bytes: Uint8Array; media_type: string }>(
      "SELECT bytes, media_type FROM image_manifests WHERE image = ? ORDER BY rowid DESC",
      id,
    )
    .map(({ bytes, media_type: mediaType }) => ({ bytes, mediaType, value: parseManifest(bytes) }));
}

/** What goes where. */
export interface PushRequest {
  readonly reference: Reference;
  readonly image: Image;
  readonly options: PushOptions;
  /** Exactly what its manifest is to be annotated with; if not given, as it was when it was pulled or pushed. */
  readonly annotations?: Annotations | undefined;
}

/** The layers as the registry has them, bottom first. */
async function pushLayers(
  context: PullContext,
  request: PushRequest & { readonly manifests: readonly StoredManifest[] },
): Promise<Descriptor[]> {
  const { reference, image, manifests, options } = request;
  const { registry, content } = context;
  const failing = new AbortController();
  const stop = (): void => failing.abort();
  options.signal?.addEventListener("abort", stop, { once: true });
  const target = {
    registry,
    repository: reference,
    content,
    compression: options.compression,
    preferred: new Set(
      manifests.flatMap(({ value }) => toDescriptors(value.layers).map(({ digest }) => digest)),
    ),
    compressing: new Semaphore(1),
    options: { ...options, signal: failing.signal },
  };
  const { diff_ids: diffIds } = image.config.rootfs;
  const all = chainIds(diffIds).map((chainId, at) => ({
    chainId,
    diffId: diffIds[at] ?? (chainId as never),
  }));
  // From the top, as Docker does.
  const order = all.toReversed();
  for (const { diffId } of order) {
    options.onProgress?.({ kind: "status", id: shortId(diffId), text: "Preparing" });
  }
  const slots = new Semaphore(PARALLEL);
  const byDigest = new Map<string, Promise<Descriptor>>();
  let first: unknown;
  for (const layer of order) {
    if (byDigest.has(layer.diffId)) continue;
    const push = slots.run(async () => {
      throwIfAborted(target.options);
      return await pushLayer(context, target, layer);
    });
    push.catch((error: unknown) => {
      first ??= error;
      stop();
    });
    byDigest.set(layer.diffId, push);
  }
  const results = await Promise.allSettled(byDigest.values());
  options.signal?.removeEventListener("abort", stop);
  throwIfAborted(options);
  if (results.some(({ status }) => status === "rejected")) throw first;
  return await Promise.all(all.map(({ diffId }) => byDigest.get(diffId) as Promise<Descriptor>));
}

async function pushConfig(
  { registry }: PullContext,
  { reference, image, options }: PushRequest,
): Promise<Pick<Descriptor, "digest" | "size">> {
  const known = { digest: image.id, size: image.configBytes.length };
  if ((await registry.findBlob(reference, image.id, options)) !== undefined) return known;
  const open = async function* () {
    yield image.configBytes;
  };
  return await registry.pushBlob(reference, { open, known }, options);
}

function record(
  { store }: PullContext,
  pushed: {
    readonly reference: Reference;
    readonly image: Image;
    readonly manifest: { readonly bytes: Uint8Array };
    readonly descriptor: Descriptor;
  },
): void {
  const { reference, image, manifest, descriptor } = pushed;
  const { domain, path } = reference;
  store.transaction(() => {
    if (store.row("SELECT 1 FROM images WHERE id = ?", image.id) === undefined) return;
    writeName(store, formatReference({ domain, path, digest: descriptor.digest }), image.id);
    store.change(
      "INSERT INTO image_manifests(image, digest, media_type, bytes) VALUES (?,?,?,?) ON CONFLICT DO NOTHING",
      image.id,
      descriptor.digest,
      descriptor.mediaType,
      manifest.bytes,
    );
  });
}
