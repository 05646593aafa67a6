import { EngineError } from "../base/index.ts";
import {
  type Descriptor,
  digestHex,
  formatPlatform,
  hostPlatform,
  isDigest,
  isIndexType,
  isManifestType,
  MediaType,
  type Platform,
  parseReference,
  platformMatches,
  type Reference,
} from "../oci/index.ts";
import { invalidArchive, wrongContent } from "./errors.ts";
import type { ImageArchive } from "./image-archive.ts";
import {
  checkCount,
  isAskedFor,
  needBlob,
  type PlannedImage,
  type PlanRequest,
  parseJson,
  readJson,
  readVerified,
  toPlan,
} from "./load-plan.ts";
import { parseImageConfig } from "./parse-config.ts";

export const OCI_INDEX = "index.json";

const MOST_DEPTH = 8;
const NAME = "io.containerd.image.name";
const REF_NAME = "org.opencontainers.image.ref.name";
const CONFIG_TYPES: readonly string[] = [MediaType.ociConfig, MediaType.dockerConfig];

type Json = Readonly<Record<string, unknown>>;

/** Reads an OCI image layout (OCI image-spec, image-layout.md): every image of its index, for one platform each. */
export async function planOciLayout(request: PlanRequest): Promise<PlannedImage[]> {
  const { archive } = request;
  if (archive.find("oci-layout") !== undefined) {
    const layout = toObject(await readJson(archive, "oci-layout"), "oci-layout");
    if (layout.imageLayoutVersion !== "1.0.0") {
      throw invalidArchive(
        `invalid archive: OCI layout version "${layout.imageLayoutVersion}" is not supported`,
      );
    }
  }
  const index = toObject(await readJson(archive, OCI_INDEX), OCI_INDEX);
  const groups = new Map<string, Descriptor[]>();
  const { fallback } = request;
  const listed = askedFor(toDescriptors(index.manifests, OCI_INDEX).filter(isImage), request);
  checkCount("images", listed.length);
  for (const each of listed) {
    const name = nameOf(each);
    const key = name ?? (each.platform === undefined ? each.digest : "");
    const group = groups.get(key);
    if (group === undefined) groups.set(key, [each]);
    else group.push(each);
  }
  const manifests = new Map<string, { readonly descriptor: Descriptor; readonly names: Reference[] }>();
  for (const group of groups.values()) {
    const descriptor = await chooseManifest(request, group, 0);
    const name = nameOf(group[0]);
    const known = manifests.get(descriptor.digest)?.names ?? [];
    const own = name === undefined ? fallback : parseReference(name);
    const names = own === undefined ? known : [...known, own];
    manifests.set(descriptor.digest, { descriptor, names });
  }
  const plans: PlannedImage[] = [];
  for (const { descriptor, names } of manifests.values()) {
    plans.push(await planManifest(archive, descriptor, names));
  }
  return plans;
}

function askedFor(images: readonly Descriptor[], { only, orLone }: PlanRequest): readonly Descriptor[] {
  const found = images.filter((each) => {
    const name = nameOf(each);
    const tag = each.annotations?.[REF_NAME];
    if (only === each.digest) return true;
    return isAskedFor(only, { tag, name: name === undefined ? undefined : parseReference(name) });
  });
  return found.length === 0 && orLone === true && images.length === 1 ? images : found;
}

/** One manifest out of several that differ in platform, through nested indexes. */
async function chooseManifest(
  request: PlanRequest,
  group: readonly Descriptor[],
  depth: number,
): Promise<Descriptor> {
  if (depth > MOST_DEPTH) throw invalidArchive("invalid archive: indexes are nested too deep");
  const wanted = request.platform ?? hostPlatform();
  const [only] = group;
  const chosen =
    group.length === 1 && only?.platform === undefined
      ? only
      : (group.find((each) => each.platform !== undefined && platformMatches(each.platform, wanted)) ??
        (request.platform === undefined && group.length === 1 ? only : undefined));
  if (chosen === undefined) throw noPlatform(wanted);
  if (!isIndexType(chosen.mediaType)) return chosen;
  const document = await readDocument(request.archive, chosen);
  return await chooseManifest(
    request,
    toDescriptors(document.manifests, chosen.digest).filter(isImage),
    depth + 1,
  );
}

export function noPlatform(platform: Platform): EngineError {
  return new EngineError(
    "notFound",
    `no image for platform ${formatPlatform(platform)} found in the archive`,
  );
}

async function planManifest(
  archive: ImageArchive,
  descriptor: Descriptor,
  names: readonly Reference[],
): Promise<PlannedImage> {
  if (!isManifestType(descriptor.mediaType)) {
    throw invalidArchive(
      `invalid archive: media type "${descriptor.mediaType}" of ${descriptor.digest} is no image`,
    );
  }
  const manifest = await readDocument(archive, descriptor);
  const config = toDescriptor(manifest.config, descriptor.digest);
  if (!CONFIG_TYPES.includes(config.mediaType)) {
    throw invalidArchive(
      `invalid archive: config type "${config.mediaType}" of ${descriptor.digest} is no image`,
    );
  }
  const layers = toDescriptors(manifest.layers, descriptor.digest).map((layer) => {
    const name = pathOf(layer);
    const blob = needBlob(archive, name);
    if (blob.size !== layer.size) throw wrongSize(layer, blob.size);
    return { name, blob, digest: layer.digest };
  });
  const bytes = await readBlob(archive, config);
  return toPlan({ config: parseImageConfig(bytes), bytes }, layers, { names, parent: undefined });
}

async function readDocument(archive: ImageArchive, descriptor: Descriptor): Promise<Json> {
  const { digest, mediaType } = descriptor;
  const document = toObject(parseJson(await readBlob(archive, descriptor), digest), digest);
  // The same bytes must not mean an image to one reader and an index to another (CVE-2021-41190).
  if (document.layers !== undefined && document.manifests !== undefined) {
    throw invalidArchive(`invalid archive: ${digest} has both layers and manifests`);
  }
  if (document.mediaType !== undefined && document.mediaType !== mediaType) {
    throw invalidArchive(
      `invalid archive: media type of ${digest} is "${document.mediaType}", not "${mediaType}"`,
    );
  }
  const wrong = isIndexType(mediaType) ? document.manifests === undefined : document.manifests !== undefined;
  if (wrong) throw invalidArchive(`invalid archive: ${digest} is not what "${mediaType}" says`);
  return document;
}

async function readBlob(archive: ImageArchive, descriptor: Descriptor): Promise<Uint8Array> {
  const bytes = await readVerified(archive, pathOf(descriptor), descriptor.digest);
  if (bytes.length !== descriptor.size) throw wrongSize(descriptor, bytes.length);
  return bytes;
}

function pathOf({ digest }: Descriptor): string {
  return `blobs/sha256/${digestHex(digest)}`;
}

function wrongSize({ digest, size }: Descriptor, actual: number): Error {
  return wrongContent(`invalid archive: ${digest} has ${actual} bytes, not ${size}`);
}

/** Attestations and other attachments are listed beside the images that they belong to. */
function isImage({ platform, annotations }: Descriptor): boolean {
  return platform?.os !== "unknown" && annotations?.["vnd.docker.reference.type"] === undefined;
}

function nameOf(descriptor: Descriptor | undefined): string | undefined {
  const full = descriptor?.annotations?.[NAME];
  if (full !== undefined) return full;
  const name = descriptor?.annotations?.[REF_NAME];
  return name !== undefined && /[:/]/.test(name) ? name : undefined;
}

function toDescriptors(raw: unknown, where: string): Descriptor[] {
  if (raw === undefined || raw === null) return [];
  if (!Array.isArray(raw)) throw invalidArchive(`invalid archive: "${where}": no list of descriptors`);
  return raw.map((each) => toDescriptor(each, where));
}

function toDescriptor(raw: unknown, where: string): Descriptor {
  const { mediaType, digest, size, platform, annotations } = toObject(raw, where);
  const good = typeof mediaType === "string" && typeof digest === "string" && isDigest(digest);
  if (!good || typeof size !== "number") throw invalidArchive(`invalid archive: "${where}": bad descriptor`);
  return {
    mediaType,
    digest,
    size,
    ...(platform ? { platform: toObject(platform, where) as unknown as Platform } : {}),
    ...(annotations ? { annotations: toTextMap(annotations, where) } : {}),
  };
}

function toTextMap(raw: unknown, where: string): Record<string, string> {
  const entries = Object.entries(toObject(raw, where));
  return Object.fromEntries(entries.map(([key, value]) => [key, String(value)]));
}

function toObject(raw: unknown, where: string): Json {
  if (typeof raw !== "object" || raw === null || Array.isArray(raw)) {
    throw invalidArchive(`invalid archive: "${where}" is no object`);
  }
  return raw as Json;
}
