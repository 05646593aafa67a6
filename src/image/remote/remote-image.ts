import type { CallOptions } from "../../base/index.ts";
import {
  type Descriptor,
  type Digest,
  hostPlatform,
  type ImageConfig,
  isIndexType,
  MediaType,
  type Platform,
  platformMatches,
  type Reference,
} from "../../oci/index.ts";
import { type ManifestDocument, type Registry, toDescriptor, toDescriptors } from "../../registry/index.ts";
import { parseImageConfig } from "../parse-config.ts";
import { noMatchingManifest, notAnImage } from "./errors.ts";

/** An image as a registry has it, complete but for its layers. */
export interface RemoteImage {
  /** Of what was named, which may be an index. */
  readonly digest: Digest;
  readonly manifest: ManifestDocument;
  readonly config: ImageConfig;
  readonly configBytes: Uint8Array;
  /** Bottom first; as many as the config has diffIDs. */
  readonly layers: readonly Descriptor[];
}

const MOST_DEPTH = 8;
/** What an overlay mount takes. */
const MOST_LAYERS = 500;
const CONFIG_TYPES: readonly string[] = [MediaType.ociConfig, MediaType.dockerConfig];
const LAYER_TYPE =
  /^application\/vnd\.(?:oci\.image\.layer\.(?:v1|nondistributable\.v1)\.tar(?:\+gzip|\+zstd)?|docker\.image\.rootfs\.(?:foreign\.)?diff\.tar(?:\.gzip|\.zstd)?)$/;

/** Finds the image for a platform (this machine's if none is given) and reads its manifest and config. */
export async function readRemoteImage(
  registry: Registry,
  reference: Reference,
  options: CallOptions & { readonly platform?: Platform | undefined },
): Promise<RemoteImage> {
  const named = await registry.manifest(reference, options);
  const manifest = await chooseManifest(registry, { named, reference }, options);
  const { digest } = manifest.descriptor;
  if (manifest.value.config === undefined) throw notAnImage(digest, "it has no config");
  const config = toDescriptor(manifest.value.config);
  const layers = toDescriptors(manifest.value.layers);
  if (!CONFIG_TYPES.includes(config.mediaType))
    throw notAnImage(digest, `its config is "${config.mediaType}"`);
  const strange = layers.find(({ mediaType }) => !LAYER_TYPE.test(mediaType));
  if (strange !== undefined) throw notAnImage(digest, `a layer of it is "${strange.mediaType}"`);
  const configBytes = await registry.smallBlob(reference, config, options);
  const parsed = parseImageConfig(configBytes);
  const wanted = parsed.rootfs.diff_ids.length;
  if (wanted !== layers.length) {
    throw notAnImage(digest, `layers length mismatch: expected ${wanted}, got ${layers.length}`);
  }
  if (wanted > MOST_LAYERS) throw notAnImage(digest, `max depth exceeded: ${wanted} layers`);
  return { digest: named.descriptor.digest, manifest, config: parsed, configBytes, layers };
}

/** The one manifest of an index that fits, through nested indexes; attestations are none. */
async function chooseManifest(
  registry: Registry,
  { named, reference }: { readonly named: ManifestDocument; readonly reference: Reference },
  options: CallOptions & { readonly platform?: Platform | undefined },
): Promise<ManifestDocument> {
  const platform = options.platform ?? hostPlatform();
  let document = named;
  for (let depth = 0; isIndexType(document.descriptor.mediaType); depth++) {
    if (depth === MOST_DEPTH) throw notAnImage(named.descriptor.digest, "indexes are nested too deep");
    const chosen = choosePlatform(toDescriptors(document.value.manifests), platform);
    if (chosen === undefined) throw noMatchingManifest(platform);
    const { domain, path } = reference;
    document = await registry.manifest({ domain, path, digest: chosen.digest }, options);
    if (document.descriptor.mediaType !== chosen.mediaType || document.bytes.length !== chosen.size) {
      throw notAnImage(chosen.digest, "it is not what the index says");
    }
  }
  return document;
}

/** The entry of an index for a platform: the exact variant before one that merely serves. */
export function choosePlatform(entries: readonly Descriptor[], wanted: Platform): Descriptor | undefined {
  const images = entries.filter(isImage);
  const fitting = images.filter(({ platform, mediaType }) =>
    platform === undefined ? isIndexType(mediaType) : platformMatches(platform, wanted),
  );
  return fitting.find(({ platform }) => platform?.variant === wanted.variant) ?? fitting[0];
}

/** Attestations and other attachments are listed beside the images that they belong to. */
function isImage({ platform, annotations }: Descriptor): boolean {
  return platform?.os !== "unknown" && annotations?.["vnd.docker.reference.type"] === undefined;
}
