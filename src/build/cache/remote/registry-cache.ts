import { createReadStream } from "node:fs";
import { join } from "node:path";
import { isEngineError, newId } from "../../../base/index.ts";
import { parseImageConfig } from "../../../image/index.ts";
import {
  type Descriptor,
  digestOf,
  isIndexType,
  MediaType,
  parseReference,
  platformMatches,
  type Reference,
  withDefaultTag,
} from "../../../oci/index.ts";
import { type Registry, toDescriptor, toDescriptors } from "../../../registry/index.ts";
import type { LayerSource } from "../../../snapshot/index.ts";
import { platformsOf } from "../../platforms.ts";
import type { BuildRequest } from "../../request.ts";
import type { Session } from "../../solve/session.ts";
import type { CacheImport } from "../import.ts";
import {
  CACHE_CONFIG_TYPE,
  type CacheDocument,
  type CacheLayer,
  type CacheStep,
  formatCacheDocument,
  parseCacheDocument,
} from "./cache-document.ts";
import { compressLayer } from "./compress-layer.ts";
import { gatherLayers } from "./gather-layers.ts";
import { importDocument } from "./import-document.ts";
import { pairLayers, parseInlineCache } from "./inline-cache.ts";

/** Pushes steps with their layers to a registry, as an artifact under `ref`. Layers that are there are not sent again. */
export async function exportRegistryCache(
  session: Session,
  { steps, ref }: { readonly steps: readonly CacheStep[]; readonly ref: string },
): Promise<void> {
  const reference = withDefaultTag(parseReference(ref));
  const registry = await session.registry();
  const known = await knownLayers(session, registry, reference);
  const layers = await gatherLayers(steps, known, (chainId) =>
    pushLayer(session, { registry, reference, chainId }),
  );
  const document = { steps, layers };
  const config = formatCacheDocument(document);
  await registry.pushBlob(reference, {
    open: () => once(config),
    known: { digest: digestOf(config), size: config.length },
  });
  const manifest = {
    schemaVersion: 2,
    mediaType: MediaType.ociManifest,
    config: { mediaType: CACHE_CONFIG_TYPE, digest: digestOf(config), size: config.length },
    layers: document.layers.map(({ mediaType, digest, size }) => ({ mediaType, digest, size })),
  };
  const bytes = Buffer.from(JSON.stringify(manifest));
  await registry.pushManifest(
    reference,
    { bytes, mediaType: MediaType.ociManifest },
    { signal: session.signal },
  );
}

/** The steps of a cache in a registry, or inside an image there; undefined when there is neither under `ref`. */
export async function importRegistryCache(session: Session, ref: string): Promise<CacheImport | undefined> {
  const reference = withDefaultTag(parseReference(ref));
  const registry = await session.registry();
  const { signal } = session;
  const document = await readDocument(session, registry, reference);
  if (document === undefined) return undefined;
  return importDocument(session, document, (layer): LayerSource => {
    const { digest, size, mediaType } = layer;
    const blob = registry.blob(reference, { digest, size, mediaType }, { signal });
    return { kind: "stream", stream: toStream(blob) };
  });
}

async function knownLayers(
  session: Session,
  registry: Registry,
  reference: Reference,
): Promise<ReadonlyMap<string, CacheLayer>> {
  const document = await readDocument(session, registry, reference);
  return new Map((document?.layers ?? []).map((layer) => [layer.diffId, layer]));
}

async function readDocument(
  session: Session,
  registry: Registry,
  reference: Reference,
): Promise<CacheDocument | undefined> {
  const { signal } = session;
  try {
    const { value, descriptor } = await registry.manifest(reference, { signal });
    if (isIndexType(descriptor.mediaType)) {
      const chosen = choosePlatform(toDescriptors(value.manifests), session.request);
      if (chosen === undefined) return undefined;
      const { domain, path } = reference;
      return await readDocument(session, registry, { domain, path, digest: chosen.digest });
    }
    const config = toDescriptor(value.config);
    const read = () => registry.smallBlob(reference, config, { signal });
    if (config.mediaType === CACHE_CONFIG_TYPE) return parseCacheDocument(await read());
    const { rootfs, "strake.buildcache.v1": steps } = parseImageConfig(await read());
    const layers = pairLayers(rootfs.diff_ids, toDescriptors(value.layers));
    return steps === undefined || layers === undefined ? undefined : parseInlineCache(steps, layers);
  } catch (error) {
    if (isEngineError(error, "notFound")) return undefined;
    throw error;
  }
}

/** The image of an index that is for the platform of the build. */
function choosePlatform(manifests: readonly Descriptor[], request: BuildRequest): Descriptor | undefined {
  const wanted = platformsOf(request)[0];
  return manifests.find(({ mediaType, platform }) => {
    if (isIndexType(mediaType) || platform === undefined || wanted === undefined) return false;
    return platformMatches(platform, wanted);
  });
}

async function pushLayer(
  session: Session,
  {
    registry,
    reference,
    chainId,
  }: {
    readonly registry: Registry;
    readonly reference: Reference;
    readonly chainId: Parameters<typeof compressLayer>[1];
  },
) {
  const folder = session.workFolder();
  const temporary = join(folder, newId().slice(0, 12));
  const layer = await compressLayer(session.layers, chainId, { folder, temporary, signal: session.signal });
  const path = join(folder, layer.digest.slice("sha256:".length));
  const upload = { open: () => createReadStream(path), known: { digest: layer.digest, size: layer.size } };
  await registry.pushBlob(reference, upload, { signal: session.signal });
  return layer;
}

/** A stream that reads on only when it is read. */
function toStream(chunks: AsyncIterable<Uint8Array>): ReadableStream<Uint8Array> {
  const iterator = chunks[Symbol.asyncIterator]();
  return new ReadableStream({
    async pull(controller) {
      const { done, value } = await iterator.next();
      if (done) controller.close();
      else controller.enqueue(value);
    },
    async cancel() {
      await iterator.return?.();
    },
  });
}

async function* once(bytes: Uint8Array): AsyncIterable<Uint8Array> {
  yield bytes;
}
