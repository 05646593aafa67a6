import { createReadStream } from "node:fs";
import { join } from "node:path";
import { isEngineError, newId } from "../../../base/index.ts";
import {
  chainIds,
  digestOf,
  isIndexType,
  MediaType,
  parseReference,
  type Reference,
  withDefaultTag,
} from "../../../oci/index.ts";
import type { Registry } from "../../../registry/index.ts";
import type { LayerSource } from "../../../snapshot/index.ts";
import type { Session } from "../../solve/session.ts";
import type { CacheImport } from "../import.ts";
import {
  CACHE_CONFIG_TYPE,
  type CacheLayer,
  type CacheStep,
  formatCacheDocument,
  isDigestValue,
  parseCacheDocument,
} from "./cache-document.ts";
import { compressLayer } from "./compress-layer.ts";
import { importDocument } from "./import-document.ts";

/** Pushes steps with their layers to a registry, as an artifact under `ref`. Layers that are there are not sent again. */
export async function exportRegistryCache(
  session: Session,
  { steps, ref }: { readonly steps: readonly CacheStep[]; readonly ref: string },
): Promise<void> {
  const reference = withDefaultTag(parseReference(ref));
  const registry = await session.registry();
  const known = await knownLayers(session, registry, reference);
  const layers = new Map<string, CacheLayer>();
  for (const step of steps) {
    const chain = chainIds(step.layers);
    for (const [at, diffId] of step.layers.entries()) {
      const chainId = chain[at];
      if (layers.has(diffId) || chainId === undefined) continue;
      const there = known.get(diffId);
      layers.set(
        diffId,
        there ?? { diffId, ...(await pushLayer(session, { registry, reference, chainId })) },
      );
    }
  }
  const document = { steps, layers: [...layers.values()] };
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

/** The steps of a cache in a registry; undefined when there is none under `ref`, or what is there is an image without one. */
export async function importRegistryCache(session: Session, ref: string): Promise<CacheImport | undefined> {
  const reference = withDefaultTag(parseReference(ref));
  const registry = await session.registry();
  const { signal } = session;
  const config = await readConfig(session, registry, reference);
  if (config === undefined) return undefined;
  const document = parseCacheDocument(config);
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
  const config = await readConfig(session, registry, reference);
  const layers = config === undefined ? [] : parseCacheDocument(config).layers;
  return new Map(layers.map((layer) => [layer.diffId, layer]));
}

async function readConfig(
  { signal }: Session,
  registry: Registry,
  reference: Reference,
): Promise<Uint8Array | undefined> {
  try {
    const { value, descriptor } = await registry.manifest(reference, { signal });
    if (isIndexType(descriptor.mediaType)) return undefined;
    const config = (value.config ?? {}) as Readonly<Record<string, unknown>>;
    const { mediaType, digest, size } = config;
    if (mediaType !== CACHE_CONFIG_TYPE || !isDigestValue(digest) || typeof size !== "number")
      return undefined;
    return await registry.smallBlob(reference, { mediaType, digest, size }, { signal });
  } catch (error) {
    if (isEngineError(error, "notFound")) return undefined;
    throw error;
  }
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
