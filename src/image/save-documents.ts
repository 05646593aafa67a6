import {
  type Descriptor,
  type DiffId,
  type Digest,
  digestHex,
  digestOf,
  familiarName,
  familiarReference,
  formatReference,
  MediaType,
} from "../oci/index.ts";
import { goJson } from "./format-config.ts";
import type { Selected } from "./save-selection.ts";
import type { Image } from "./types.ts";

/** Annotations of a manifest. */
export type Annotations = Readonly<Record<string, string>>;

/** Length of each layer's tar in bytes. */
export type TarSizes = ReadonlyMap<DiffId, number>;

/** The OCI manifest of an image whose layers are saved uncompressed. */
export function toManifest(
  image: Image,
  { sizes, annotations }: { readonly sizes: TarSizes; readonly annotations?: Annotations | undefined },
): Uint8Array {
  return Buffer.from(
    goJson({
      schemaVersion: 2,
      mediaType: MediaType.ociManifest,
      config: { mediaType: MediaType.ociConfig, digest: image.id, size: image.configBytes.length },
      layers: image.config.rootfs.diff_ids.map((each) => toLayerDescriptor(each, sizes)),
      ...(annotations === undefined ? {} : { annotations }),
    }),
  );
}

/** What the index is made of besides the images. */
export interface IndexOptions {
  readonly manifests: ReadonlyMap<Digest, Uint8Array>;
  /** Says which platform each image is for. */
  readonly platforms: boolean;
}

/** `index.json`: one entry a name, or one without a name. */
export function toIndex(selected: readonly Selected[], { manifests, platforms }: IndexOptions): string {
  const entries = selected.flatMap(({ image, names }) => {
    const bytes = manifests.get(image.id) ?? new Uint8Array();
    const { os, architecture, variant } = image.config;
    const platform = { architecture, os, ...(variant === undefined ? {} : { variant }) };
    const descriptor = {
      mediaType: MediaType.ociManifest,
      digest: digestOf(bytes),
      size: bytes.length,
      ...(platforms ? { platform } : {}),
    };
    if (names.length === 0) return [descriptor];
    return names.map((name) => ({
      ...descriptor,
      annotations: {
        "io.containerd.image.name": formatReference(name),
        "org.opencontainers.image.ref.name": name.tag ?? "",
      },
    }));
  });
  return goJson({ schemaVersion: 2, mediaType: MediaType.ociIndex, manifests: entries });
}

/** `manifest.json` of a docker-archive. */
export function toDockerManifest(selected: readonly Selected[], sizes: TarSizes): string {
  const saved = new Map(selected.map(({ image }) => [image.id, image]));
  const items = selected.map(({ image, names }) => {
    const diffIds = image.config.rootfs.diff_ids;
    const parent = savedParent(image, saved);
    return {
      Config: `blobs/sha256/${digestHex(image.id)}`,
      RepoTags: names.length === 0 ? null : names.map(familiarReference),
      Layers: diffIds.map((each) => `blobs/sha256/${digestHex(each)}`),
      ...(parent === undefined ? {} : { Parent: parent }),
      LayerSources: Object.fromEntries(
        [...new Set(diffIds)].sort().map((each) => {
          const { mediaType, size, digest } = toLayerDescriptor(each, sizes);
          return [each, { mediaType, size, digest }];
        }),
      ),
    };
  });
  return `${goJson(items)}\n`;
}

/** `repositories` of the oldest archives: top layer by name and tag; undefined when no image has a name. */
export function toRepositories(selected: readonly Selected[]): string | undefined {
  const repositories = new Map<string, Map<string, string>>();
  for (const { image, names } of selected) {
    const top = image.config.rootfs.diff_ids.at(-1);
    if (top === undefined) continue;
    for (const name of names) {
      const tags = repositories.get(familiarName(name)) ?? new Map<string, string>();
      tags.set(name.tag ?? "", digestHex(top));
      repositories.set(familiarName(name), tags);
    }
  }
  if (repositories.size === 0) return undefined;
  const sorted = <T>(map: ReadonlyMap<string, T>) => [...map].sort(([a], [b]) => (a < b ? -1 : 1));
  const value = sorted(repositories).map(([name, tags]) => [name, Object.fromEntries(sorted(tags))]);
  return `${goJson(Object.fromEntries(value))}\n`;
}

export const LAYOUT_FILE = '{"imageLayoutVersion": "1.0.0"}';

function toLayerDescriptor(diffId: DiffId, sizes: TarSizes): Descriptor {
  return {
    mediaType: MediaType.ociLayer,
    digest: diffId as string as Digest,
    size: sizes.get(diffId) ?? 0,
  };
}

function savedParent(image: Image, saved: ReadonlyMap<Digest, Image>): Digest | undefined {
  return image.parent !== undefined && saved.has(image.parent) ? image.parent : undefined;
}
