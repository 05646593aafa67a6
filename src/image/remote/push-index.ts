import { type CallOptions, EngineError } from "../../base/index.ts";
import {
  type Descriptor,
  digestOf,
  formatReference,
  parseReference,
  type Reference,
  withDefaultTag,
} from "../../oci/index.ts";
import { parseManifest, type Registry, toDescriptor, toDescriptors } from "../../registry/index.ts";

/** An index to push, with the manifests that it lists. */
export interface IndexPush {
  readonly bytes: Uint8Array;
  readonly mediaType: string;
  readonly manifests: readonly {
    /** Where the manifest is now. */
    readonly reference: string;
    readonly bytes: Uint8Array;
    readonly mediaType: string;
  }[];
}

/** Stores an index of images that the same registry has; their content is mounted. Says each manifest that was pushed. */
export async function pushIndex(
  registry: Registry,
  name: string,
  index: IndexPush & CallOptions,
): Promise<Descriptor> {
  const target = withDefaultTag(parseReference(name));
  const { domain, path } = target;
  for (const { reference, bytes, mediaType } of index.manifests) {
    const source = parseReference(reference);
    if (source.domain !== domain) {
      throw new EngineError(
        "invalidArgument",
        `cannot use source images from a different registry than the target image: ${source.domain} != ${domain}`,
      );
    }
    await mountContent(registry, { source, target, bytes }, index);
    const digest = digestOf(bytes);
    const pushed = { domain, path, digest };
    await registry.pushManifest(pushed, { bytes, mediaType }, index);
    const text = `Pushed ref ${formatReference(pushed)} with digest: ${digest}`;
    index.onProgress?.({ kind: "status", text });
  }
  return await registry.pushManifest(target, index, index);
}

async function mountContent(
  registry: Registry,
  moved: { readonly source: Reference; readonly target: Reference; readonly bytes: Uint8Array },
  options: CallOptions,
): Promise<void> {
  const { source, target, bytes } = moved;
  const { config, layers } = parseManifest(bytes);
  const blobs = [...(config === undefined ? [] : [toDescriptor(config)]), ...toDescriptors(layers)];
  for (const blob of blobs) {
    if ((await registry.findBlob(target, blob.digest, options)) !== undefined) continue;
    const from = source.path;
    if (await registry.mountBlob(target, blob.digest, { ...options, from })) continue;
    const open = () => registry.blob(source, blob, options);
    await registry.pushBlob(target, { open, known: blob }, options);
  }
}
