import { type Descriptor, isDigest, type Platform } from "../oci/index.ts";
import { invalidManifest } from "./errors.ts";

type Json = Readonly<Record<string, unknown>>;

const LARGEST = 2 ** 50;

/** Reads a descriptor (OCI image-spec, descriptor.md). Throws `invalidArgument`, for sizes that cannot be as well. */
export function toDescriptor(raw: unknown): Descriptor {
  const { mediaType, digest, size, platform, annotations, urls, artifactType } = object(raw);
  if (typeof digest !== "string" || !isDigest(digest))
    throw invalidManifest("a descriptor has no sha256 digest");
  if (typeof size !== "number" || !Number.isSafeInteger(size) || size < 0 || size > LARGEST) {
    throw invalidManifest(`${digest} has no size`);
  }
  if (typeof mediaType !== "string") throw invalidManifest(`${digest} has no media type`);
  return {
    mediaType,
    digest,
    size,
    ...(platform === undefined || platform === null ? {} : { platform: toPlatform(platform) }),
    ...(annotations === undefined || annotations === null ? {} : { annotations: toTexts(annotations) }),
    ...(Array.isArray(urls) ? { urls: urls.filter((each) => typeof each === "string") } : {}),
    ...(typeof artifactType === "string" ? { artifactType } : {}),
  };
}

/** A list of descriptors; an absent one is empty. */
export function toDescriptors(raw: unknown): Descriptor[] {
  if (raw === undefined || raw === null) return [];
  if (!Array.isArray(raw)) throw invalidManifest("it has no list of descriptors");
  return raw.map(toDescriptor);
}

function toPlatform(raw: unknown): Platform {
  const { os, architecture, variant, ...rest } = object(raw);
  const version = rest["os.version"];
  return {
    os: typeof os === "string" ? os : "",
    architecture: typeof architecture === "string" ? architecture : "",
    ...(typeof variant === "string" && variant !== "" ? { variant } : {}),
    ...(typeof version === "string" ? { "os.version": version } : {}),
  };
}

function toTexts(raw: unknown): Record<string, string> {
  return Object.fromEntries(Object.entries(object(raw)).map(([key, value]) => [key, String(value)]));
}

function object(raw: unknown): Json {
  if (typeof raw !== "object" || raw === null || Array.isArray(raw))
    throw invalidManifest("a descriptor is no object");
  return raw as Json;
}
