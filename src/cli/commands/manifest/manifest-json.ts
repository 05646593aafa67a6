import type { RemoteManifest } from "../../../engine/index.ts";
import { type Descriptor, MediaType, type Platform } from "../../../oci/index.ts";

/** A manifest as `manifest inspect -v` shows it and Docker keeps it in its files. */
export interface ManifestJson {
  readonly Ref: string;
  readonly Descriptor: Readonly<Record<string, unknown>>;
  /** base64. */
  readonly Raw: string;
  readonly SchemaV2Manifest?: unknown;
  readonly OCIManifest?: unknown;
}

export function toManifestJson({ reference, descriptor, bytes }: RemoteManifest): ManifestJson {
  const { mediaType, digest, size, platform } = descriptor;
  const value: unknown = JSON.parse(Buffer.from(bytes).toString());
  return {
    Ref: reference,
    Descriptor: {
      mediaType,
      digest,
      size,
      ...(platform === undefined ? {} : { platform: ordered(platform) }),
    },
    Raw: Buffer.from(bytes).toString("base64"),
    ...(mediaType.includes("docker") ? { SchemaV2Manifest: value } : { OCIManifest: value }),
  };
}

/** The JSON of an index of these manifests, with its media type: Docker's own, unless all are OCI's. */
export function toIndex(manifests: readonly RemoteManifest[]): {
  readonly text: string;
  readonly mediaType: string;
} {
  const isOci = manifests.every(({ descriptor }) => descriptor.mediaType === MediaType.ociManifest);
  const mediaType = isOci ? MediaType.ociIndex : MediaType.dockerIndex;
  const entries = manifests.map(({ descriptor }) => toEntry(descriptor));
  return { text: JSON.stringify({ schemaVersion: 2, mediaType, manifests: entries }, null, 3), mediaType };
}

function toEntry({ mediaType, size, digest, platform }: Descriptor): object {
  return { mediaType, size, digest, ...(platform === undefined ? {} : { platform: ordered(platform) }) };
}

/** Go's order of the fields. */
function ordered(platform: Platform): object {
  const { architecture, os, variant } = platform;
  const version = platform["os.version"];
  const features = platform["os.features"];
  return {
    architecture,
    os,
    ...(version ? { "os.version": version } : {}),
    ...(features && features.length > 0 ? { "os.features": features } : {}),
    ...(variant ? { variant } : {}),
  };
}
