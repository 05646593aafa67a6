import { isDeepStrictEqual } from "node:util";
import { type Descriptor, MediaType } from "../../oci/index.ts";
import { toDescriptors } from "../../registry/index.ts";
import { goJson } from "../format-config.ts";
import type { Annotations } from "../save-documents.ts";
import { compressionOf } from "./push-layer.ts";

/** A manifest that an image is known by. */
export interface StoredManifest {
  readonly bytes: Uint8Array;
  readonly mediaType: string;
  readonly value: Readonly<Record<string, unknown>>;
}

/** What a manifest has to say. */
export interface ManifestContent {
  readonly layers: readonly Descriptor[];
  readonly config: Pick<Descriptor, "digest" | "size">;
  /** Undefined for whatever a known manifest has. */
  readonly annotations: Annotations | undefined;
}

/** The manifest with this content: one that is known, or a new one, of Docker's kind where that can say it. */
export function chooseManifest(
  known: readonly StoredManifest[],
  content: ManifestContent,
): Pick<StoredManifest, "bytes" | "mediaType"> {
  return known.find(({ value }) => says(value, content)) ?? createManifest(content);
}

function says(manifest: StoredManifest["value"], { layers, annotations }: ManifestContent): boolean {
  const digests = (all: readonly Descriptor[]): string => all.map(({ digest }) => digest).join();
  if (digests(toDescriptors(manifest.layers)) !== digests(layers)) return false;
  return annotations === undefined || isDeepStrictEqual(manifest.annotations ?? {}, annotations);
}

function createManifest({ layers, config, annotations = {} }: ManifestContent) {
  const isAnnotated = Object.keys(annotations).length > 0;
  const isDocker = !isAnnotated && layers.every(({ mediaType }) => compressionOf(mediaType) === "gzip");
  const mediaType = isDocker ? MediaType.dockerManifest : MediaType.ociManifest;
  const types = { gzip: MediaType.ociLayerGzip, zstd: MediaType.ociLayerZstd, none: MediaType.ociLayer };
  const value = {
    schemaVersion: 2,
    mediaType,
    config: {
      mediaType: isDocker ? MediaType.dockerConfig : MediaType.ociConfig,
      size: config.size,
      digest: config.digest,
    },
    layers: layers.map((each) => ({
      mediaType: isDocker ? MediaType.dockerLayerGzip : types[compressionOf(each.mediaType)],
      size: each.size,
      digest: each.digest,
    })),
    ...(isAnnotated ? { annotations } : {}),
  };
  return { bytes: Buffer.from(isDocker ? JSON.stringify(value, null, 3) : goJson(value)), mediaType };
}
