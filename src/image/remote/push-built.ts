import {
  type Descriptor,
  formatReference,
  MediaType,
  type Platform,
  type Reference,
  withDefaultTag,
} from "../../oci/index.ts";
import { goJson } from "../format-config.ts";
import type { Image } from "../types.ts";
import type { PullContext } from "./pull-image.ts";
import { type PushOptions, sendImage } from "./push-image.ts";

/** An image for one platform, whose layers are in the store. */
export interface BuiltImage {
  readonly image: Image;
  readonly platform: Platform;
}

/** What was stored under the name: a manifest, or an index over several. */
export interface PushedBuild {
  readonly reference: Reference;
  readonly descriptor: Descriptor;
}

/** Sends images that were just made: one under the name itself, several as an index over all of them (OCI image-spec, image-index.md). */
export async function pushBuilt(
  context: PullContext,
  images: readonly BuiltImage[],
  { name, ...options }: PushOptions & { readonly name: Reference },
): Promise<PushedBuild> {
  const reference = withDefaultTag(name);
  const [only] = images;
  if (images.length === 1 && only !== undefined) {
    return { reference, descriptor: await sendImage(context, { reference, image: only.image, options }) };
  }
  const { domain, path } = reference;
  const manifests: Descriptor[] = [];
  for (const { image, platform } of images) {
    const { mediaType, digest, size } = await sendImage(context, {
      reference: { domain, path },
      image,
      options,
    });
    manifests.push({ mediaType, digest, size, platform });
  }
  const index = { schemaVersion: 2, mediaType: MediaType.ociIndex, manifests };
  const bytes = Buffer.from(goJson(index));
  const manifest = { bytes, mediaType: MediaType.ociIndex };
  const descriptor = await context.registry.pushManifest(reference, manifest, options);
  options.onProgress?.({
    kind: "status",
    text: `pushed index ${descriptor.digest} for ${formatReference(reference)}`,
  });
  return { reference, descriptor };
}
