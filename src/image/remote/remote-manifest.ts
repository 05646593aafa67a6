import type { CallOptions } from "../../base/index.ts";
import {
  type Descriptor,
  formatReference,
  isIndexType,
  type Platform,
  parseReference,
  type Reference,
  withDefaultTag,
} from "../../oci/index.ts";
import { type ManifestDocument, type Registry, toDescriptor, toDescriptors } from "../../registry/index.ts";
import { parseImageConfig } from "../parse-config.ts";

/** A manifest or index as a registry has it. */
export interface RemoteManifest {
  /** Its whole name. */
  readonly reference: string;
  /** With the platform: of an image from its config, or as the index says it. */
  readonly descriptor: Descriptor;
  readonly bytes: Uint8Array;
  /** What an index lists, if that was asked for. */
  readonly entries?: readonly RemoteManifest[];
}

export interface RemoteOptions extends CallOptions {
  /** Reads what an index lists, too. */
  readonly entries?: boolean;
}

/** Reads a manifest or index of a registry, without its layers. */
export async function readRemoteManifest(
  registry: Registry,
  name: string,
  options: RemoteOptions = {},
): Promise<RemoteManifest> {
  const reference = withDefaultTag(parseReference(name));
  const document = await registry.manifest(reference, options);
  const { bytes } = document;
  if (!isIndexType(document.descriptor.mediaType)) {
    return await describe(registry, { reference, document }, options);
  }
  const index = { reference: formatReference(reference), descriptor: document.descriptor, bytes };
  if (!options.entries) return index;
  const entries: RemoteManifest[] = [];
  for (const { digest, platform } of toDescriptors(document.value.manifests)) {
    const named = { ...reference, digest };
    const below = await registry.manifest(named, options);
    entries.push(await describe(registry, { reference: named, document: below, platform }, options));
  }
  return { ...index, entries };
}

async function describe(
  registry: Registry,
  found: {
    readonly reference: Reference;
    readonly document: ManifestDocument;
    readonly platform?: Platform | undefined;
  },
  options: CallOptions,
): Promise<RemoteManifest> {
  const { reference, document } = found;
  const platform = found.platform ?? (await platformOf(registry, reference, { document, options }));
  const descriptor = { ...document.descriptor, ...(platform === undefined ? {} : { platform }) };
  return { reference: formatReference(reference), descriptor, bytes: document.bytes };
}

/** What the image's config says it runs on; nothing for what is no image. */
async function platformOf(
  registry: Registry,
  reference: Reference,
  { document, options }: { readonly document: ManifestDocument; readonly options: CallOptions },
): Promise<Platform | undefined> {
  if (document.value.config === undefined) return undefined;
  const config = toDescriptor(document.value.config);
  if (!config.mediaType.includes("image")) return undefined;
  const { os, architecture, variant } = parseImageConfig(
    await registry.smallBlob(reference, config, options),
  );
  return { os, architecture, ...(variant === undefined ? {} : { variant }) };
}
