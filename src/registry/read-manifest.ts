import type { CallOptions } from "../base/index.ts";
import {
  type Descriptor,
  type Digest,
  digestOf,
  isDigest,
  isIndexType,
  isManifestType,
  MediaType,
  type Reference,
} from "../oci/index.ts";
import { readWhole } from "./answers.ts";
import { invalidManifest, wrongContent } from "./errors.ts";
import { type Asked, toRefusal } from "./refusal.ts";
import type { ApiRequest, Session } from "./session.ts";
import type { Answer } from "./transport.ts";
import type { ManifestDocument } from "./types.ts";

/** Most bytes of a manifest (distribution spec, "at least 4 MiB"). */
export const MANIFEST_LIMIT = 4 << 20;

const ACCEPT = [
  MediaType.ociIndex,
  MediaType.dockerIndex,
  MediaType.ociManifest,
  MediaType.dockerManifest,
].join(", ");
/** What servers say that do not know HEAD. */
const NO_HEAD: readonly number[] = [405, 501];
const SCHEMA_1 = /^application\/vnd\.docker\.distribution\.manifest\.v1\+(?:json|prettyjws)$/;

/** Fetches and checks a manifest or index. */
export async function readManifest(
  session: Session,
  reference: Reference,
  options: CallOptions = {},
): Promise<ManifestDocument> {
  const answer = await session.send(manifestRequest("GET", reference, options));
  await checkFound(answer, { reference, method: "GET" }, { session, options });
  const { response, url } = answer;
  const body = { url, stallTimeout: session.stallTimeout, signal: options.signal };
  const bytes = await readWhole(response, MANIFEST_LIMIT, body);
  const digest = digestOf(bytes);
  const announced = response.headers.get("docker-content-digest");
  for (const expected of [reference.digest, announced ?? undefined]) {
    if (expected !== undefined && isDigest(expected) && expected !== digest) {
      throw wrongContent(expected, `has digest ${digest}`);
    }
  }
  const value = parseManifest(bytes);
  const mediaType = mediaTypeOf(value, response.headers.get("content-type"));
  return { descriptor: { mediaType, digest, size: bytes.length }, bytes, value };
}

/** As {@link readManifest}, of which only the descriptor is wanted; one request without a body where the registry allows it. */
export async function resolveManifest(
  session: Session,
  reference: Reference,
  options: CallOptions = {},
): Promise<Descriptor> {
  const answer = await session.send(manifestRequest("HEAD", reference, options));
  if (NO_HEAD.includes(answer.response.status)) {
    return (await readManifest(session, reference, options)).descriptor;
  }
  await checkFound(answer, { reference, method: "HEAD" }, { session, options });
  const { headers } = answer.response;
  const digest = headers.get("docker-content-digest") ?? "";
  const mediaType = bareType(headers.get("content-type"));
  const size = Number(headers.get("content-length") ?? "");
  const complete = isDigest(digest) && size > 0 && (isIndexType(mediaType) || isManifestType(mediaType));
  if (!complete) return (await readManifest(session, reference, options)).descriptor;
  if (reference.digest !== undefined && digest !== reference.digest) {
    throw wrongContent(reference.digest, `has digest ${digest}`);
  }
  return { mediaType, digest: digest as Digest, size };
}

function manifestRequest(method: "GET" | "HEAD", reference: Reference, options: CallOptions): ApiRequest {
  const { path, digest, tag = "latest" } = reference;
  return {
    method,
    repository: reference,
    path: `/v2/${path}/manifests/${digest ?? tag}`,
    actions: "pull",
    headers: { accept: ACCEPT },
    signal: options.signal,
  };
}

async function checkFound(
  answer: Answer,
  asked: Pick<Asked, "reference" | "method">,
  { session, options }: { readonly session: Session; readonly options: CallOptions },
): Promise<void> {
  if (answer.response.ok) return;
  const { stallTimeout } = session;
  throw await toRefusal(answer, { ...asked, action: "pull", stallTimeout, signal: options.signal });
}

/** Reads a manifest or index; the same bytes must not be both (CVE-2021-41190). Throws `invalidArgument`. */
export function parseManifest(bytes: Uint8Array): Readonly<Record<string, unknown>> {
  let value: unknown;
  try {
    value = JSON.parse(new TextDecoder("utf-8", { fatal: true }).decode(bytes));
  } catch {
    throw invalidManifest("it is no JSON");
  }
  if (typeof value !== "object" || value === null || Array.isArray(value))
    throw invalidManifest("it is no object");
  const manifest = value as Readonly<Record<string, unknown>>;
  if (manifest.schemaVersion === 1) {
    throw invalidManifest("it has Docker's old schema 1, which is not supported: push the image anew");
  }
  const images = manifest.layers !== undefined || manifest.config !== undefined;
  if (images && manifest.manifests !== undefined) throw invalidManifest("it has both layers and manifests");
  return manifest;
}

/** The media type of a manifest, which its own field, the header and its form must agree on. */
function mediaTypeOf(value: Readonly<Record<string, unknown>>, header: string | null): string {
  const served = bareType(header);
  if (SCHEMA_1.test(served)) {
    throw invalidManifest("it has Docker's old schema 1, which is not supported: push the image anew");
  }
  const inner = typeof value.mediaType === "string" ? value.mediaType : undefined;
  const known = isIndexType(served) || isManifestType(served);
  if (inner !== undefined && known && inner !== served) {
    throw invalidManifest(`its media type is "${inner}", but the registry says "${served}"`);
  }
  const guessed = value.manifests === undefined ? MediaType.ociManifest : MediaType.ociIndex;
  const mediaType = inner ?? (known ? served : guessed);
  if (!isIndexType(mediaType) && !isManifestType(mediaType)) {
    throw invalidManifest(`media type "${mediaType}" is no image`);
  }
  if (isIndexType(mediaType) !== (value.manifests !== undefined)) {
    throw invalidManifest(`it is not what "${mediaType}" says`);
  }
  return mediaType;
}

function bareType(header: string | null): string {
  return (header ?? "").split(";", 1)[0]?.trim() ?? "";
}
