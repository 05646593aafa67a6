import {
  type Descriptor,
  formatReference,
  MediaType,
  type Platform,
  type Reference,
  withDefaultTag,
} from "../../oci/index.ts";
import { goJson } from "../format-config.ts";
import type { Annotations } from "../save-documents.ts";
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

export interface PushBuiltOptions extends PushOptions {
  readonly name: Reference;
  /** Of the manifest of each image; an image that is annotated is pushed in OCI's form, as Docker's has no place for it. */
  readonly annotations?: Annotations;
}

/** Sends images that were just made: one under the name itself, several as an index over all of them, of Docker's kind when all are. */
export async function pushBuilt(
  context: PullContext,
  images: readonly BuiltImage[],
  { name, annotations = {}, ...options }: PushBuiltOptions,
): Promise<PushedBuild> {
  const reference = withDefaultTag(name);
  const [only] = images;
  if (images.length === 1 && only !== undefined) {
    const descriptor = await sendImage(context, { reference, image: only.image, options, annotations });
    return { reference, descriptor };
  }
  const { domain, path } = reference;
  const manifests: Descriptor[] = [];
  for (const { image, platform } of images) {
    const { mediaType, digest, size } = await sendImage(context, {
      reference: { domain, path },
      image,
      options,
      annotations,
    });
    manifests.push({ mediaType, digest, size, platform });
  }
  const isDocker = manifests.every(({ mediaType }) => mediaType === MediaType.dockerManifest);
  const mediaType = isDocker ? MediaType.dockerIndex : MediaType.ociIndex;
  const bytes = Buffer.from(goJson({ schemaVersion: 2, mediaType, manifests }));
  const manifest = { bytes, mediaType };
  const descriptor = await context.registry.pushManifest(reference, manifest, options);
  options.onProgress?.({
    kind: "status",
    text: `pushed index ${descriptor.digest} for ${formatReference(reference)}`,
  });
  return { reference, descriptor };
}
