import type { CallOptions } from "../base/index.ts";
import { type Descriptor, digestOf, isDigest, type Reference } from "../oci/index.ts";
import { wrongContent } from "./errors.ts";
import { toRefusal } from "./refusal.ts";
import type { Session } from "./session.ts";

/** A manifest's bytes and what they are. */
export interface ManifestBytes {
  readonly bytes: Uint8Array;
  readonly mediaType: string;
}

/** Stores a manifest (distribution spec, pushing manifests). Throws `dataLoss` when the registry made something else of it. */
export async function pushManifest(
  session: Session,
  reference: Reference,
  { manifest, options }: { readonly manifest: ManifestBytes; readonly options: CallOptions },
): Promise<Descriptor> {
  const { bytes, mediaType } = manifest;
  const digest = digestOf(bytes);
  const name = reference.tag ?? digest;
  const { response, url } = await session.send({
    method: "PUT",
    repository: reference,
    path: `/v2/${reference.path}/manifests/${name}`,
    actions: "pull,push",
    headers: { "content-type": mediaType },
    body: bytes,
    signal: options.signal,
  });
  if (!response.ok) {
    const { stallTimeout } = session;
    const asked = { reference, action: "push", method: "PUT", stallTimeout, signal: options.signal } as const;
    throw await toRefusal({ response, url }, asked);
  }
  await response.body?.cancel();
  const said = response.headers.get("docker-content-digest");
  if (said !== null && isDigest(said) && said !== digest)
    throw wrongContent(digest, `is ${said} to the registry`);
  return { mediaType, digest, size: bytes.length };
}
