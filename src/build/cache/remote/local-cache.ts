import { existsSync, mkdirSync, readFileSync, rmSync, statSync } from "node:fs";
import { join } from "node:path";
import { EngineError, newId, writeFileAtomic } from "../../../base/index.ts";
import { type Digest, digestHex, digestOf, isDigest, MediaType } from "../../../oci/index.ts";
import type { Session } from "../../solve/session.ts";
import type { CacheImport } from "../import.ts";
import {
  CACHE_CONFIG_TYPE,
  type CacheDocument,
  type CacheLayer,
  type CacheStep,
  formatCacheDocument,
  isDigestValue,
  parseCacheDocument,
} from "./cache-document.ts";
import { compressLayer } from "./compress-layer.ts";
import { gatherLayers } from "./gather-layers.ts";
import { importDocument } from "./import-document.ts";

const REF_NAME = "org.opencontainers.image.ref.name";
const LARGEST_DOCUMENT = 64 * 1024 * 1024;

/** Writes steps with their layers to an OCI image layout under `tag`. Layers that the folder has are not written again. */
export async function exportLocalCache(
  session: Session,
  { steps, dest, tag }: { readonly steps: readonly CacheStep[]; readonly dest: string; readonly tag: string },
): Promise<void> {
  const blobs = join(dest, "blobs", "sha256");
  mkdirSync(blobs, { recursive: true });
  const layers = await gatherLayers(steps, readKnownLayers(dest), async (chainId) => {
    const temporary = join(blobs, `.${newId().slice(0, 12)}`);
    try {
      return await compressLayer(session.layers, chainId, {
        folder: blobs,
        temporary,
        signal: session.signal,
      });
    } finally {
      rmSync(temporary, { force: true });
    }
  });
  writeDocument(dest, { tag, document: { steps, layers } });
}

/** The steps of a local cache; undefined when there is none at `src`. Throws `invalidArgument` for what is none. */
export function importLocalCache(
  session: Session,
  { src, tag, digest }: { readonly src: string; readonly tag: string; readonly digest: string },
): CacheImport | undefined {
  if (!existsSync(join(src, "index.json"))) return undefined;
  const document = readDocument(src, digest === "" ? findTag(src, tag) : digest);
  return importDocument(session, document, (layer) => ({ kind: "file", path: blobPath(src, layer.digest) }));
}

function writeDocument(
  dest: string,
  { tag, document }: { readonly tag: string; readonly document: CacheDocument },
): void {
  const config = formatCacheDocument(document);
  const manifest = Buffer.from(
    JSON.stringify({
      schemaVersion: 2,
      mediaType: MediaType.ociManifest,
      config: { mediaType: CACHE_CONFIG_TYPE, digest: digestOf(config), size: config.length },
      layers: document.layers.map(({ mediaType, digest, size }) => ({ mediaType, digest, size })),
    }),
  );
  for (const bytes of [config, manifest]) writeFileAtomic(blobPath(dest, digestOf(bytes)), bytes);
  const descriptor = {
    mediaType: MediaType.ociManifest,
    digest: digestOf(manifest),
    size: manifest.length,
    annotations: { [REF_NAME]: tag },
  };
  const others = readIndex(dest).filter(({ name }) => name !== tag);
  const manifests = [...others.map(({ value }) => value), descriptor];
  const index = { schemaVersion: 2, mediaType: MediaType.ociIndex, manifests };
  writeFileAtomic(join(dest, "oci-layout"), Buffer.from('{"imageLayoutVersion":"1.0.0"}'));
  writeFileAtomic(join(dest, "index.json"), Buffer.from(JSON.stringify(index)));
}

interface IndexEntry {
  readonly name: string;
  readonly digest: Digest;
  readonly value: unknown;
}

function readIndex(folder: string): IndexEntry[] {
  const path = join(folder, "index.json");
  if (!existsSync(path)) return [];
  const { manifests } = readJson(path) as { readonly manifests?: unknown };
  if (!Array.isArray(manifests)) throw invalid(folder);
  return manifests.map((value: unknown) => {
    const { digest, annotations } = (value ?? {}) as Record<string, unknown>;
    if (!isDigestValue(digest)) throw invalid(folder);
    const name = ((annotations ?? {}) as Record<string, unknown>)[REF_NAME];
    return { name: typeof name === "string" ? name : "", digest, value };
  });
}

function findTag(src: string, tag: string): string {
  const found = readIndex(src).find(({ name }) => name === tag);
  if (found === undefined) throw new EngineError("notFound", `build cache ${src} has no tag ${tag}`);
  return found.digest;
}

function readDocument(src: string, digest: string): CacheDocument {
  if (!isDigest(digest)) throw new EngineError("invalidArgument", `invalid digest ${JSON.stringify(digest)}`);
  const manifest = JSON.parse(Buffer.from(readBlob(src, digest)).toString()) as {
    readonly config?: { readonly mediaType?: unknown; readonly digest?: unknown };
  };
  const { mediaType, digest: config } = manifest.config ?? {};
  if (mediaType !== CACHE_CONFIG_TYPE || !isDigestValue(config)) throw invalid(src);
  return parseCacheDocument(readBlob(src, config));
}

/** The layers that the caches of the folder have. */
function readKnownLayers(dest: string): ReadonlyMap<string, CacheLayer> {
  const layers = readIndex(dest).flatMap(({ digest }) => readDocument(dest, digest).layers);
  return new Map(
    layers.flatMap((layer) => (existsSync(blobPath(dest, layer.digest)) ? [[layer.diffId, layer]] : [])),
  );
}

function readBlob(folder: string, digest: Digest): Uint8Array {
  const path = blobPath(folder, digest);
  if (!existsSync(path)) throw new EngineError("notFound", `build cache ${folder} lacks ${digest}`);
  if (statSync(path).size > LARGEST_DOCUMENT) throw invalid(folder);
  const bytes = readFileSync(path);
  if (digestOf(bytes) !== digest) throw new EngineError("dataLoss", `${path} is not what its name says`);
  return bytes;
}

function readJson(path: string): unknown {
  try {
    return JSON.parse(readFileSync(path, "utf8"));
  } catch {
    throw invalid(path);
  }
}

function blobPath(folder: string, digest: Digest): string {
  return join(folder, "blobs", "sha256", digestHex(digest));
}

function invalid(path: string): EngineError {
  return new EngineError("invalidArgument", `${path} is no build cache`);
}
