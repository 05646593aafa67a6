import { EngineError, isEngineError } from "../base/index.ts";
import {
  type Digest,
  formatPlatform,
  isDigest,
  type Platform,
  parseReference,
  platformMatches,
  type Reference,
} from "../oci/index.ts";
import type { Store } from "../store/index.ts";
import { noSuchImage } from "./errors.ts";
import { isDigestName } from "./image-names.ts";
import { findImage, resolveImage } from "./resolve-image.ts";
import type { Image } from "./types.ts";

/** An image to save, with the names that go along. */
export interface Selected {
  readonly image: Image;
  readonly names: readonly Reference[];
}

/**
 * What `docker save` takes for a list of names: a name with its tag, all tags of a bare repository name, or
 * an ID without any name. In order of first mention. Throws `notFound`.
 */
export function selectImages(
  store: Store,
  names: readonly string[],
  platform: Platform | undefined,
): Selected[] {
  if (names.length === 0) throw new EngineError("invalidArgument", "no images to save");
  const selected = new Map<Digest, { readonly image: Image; readonly names: Map<string, Reference> }>();
  for (const name of names) {
    for (const { id, key } of selectOne(store, name)) {
      const entry = selected.get(id) ?? {
        image: forPlatform(resolveImage(store, id), platform),
        names: new Map<string, Reference>(),
      };
      if (key !== undefined && !isDigestName(key)) entry.names.set(key, parseReference(key));
      selected.set(id, entry);
    }
  }
  return [...selected.values()].map((each) => ({ image: each.image, names: [...each.names.values()] }));
}

function selectOne(store: Store, name: string): { readonly id: Digest; readonly key?: string }[] {
  if (!/^[0-9a-f]{64}$/.test(name) && !isDigest(name)) {
    const { domain, path, tag, digest } = parseReference(name);
    if (tag === undefined && digest === undefined) {
      const prefix = `${domain}/${path}:`;
      const rows = store.rows<{ name: string; image: Digest }>(
        "SELECT name, image FROM refs WHERE substr(name, 1, ?) = ? ORDER BY name",
        prefix.length,
        prefix,
      );
      if (rows.length > 0) return rows.map((row) => ({ id: row.image, key: row.name }));
      const found = findPrefixOnly(store, name);
      return [{ id: found }];
    }
  }
  const { id, reference } = findOrExplain(store, name);
  if (reference?.tag === undefined) return [{ id }];
  const { domain, path, tag } = reference;
  return [{ id, key: `${domain}/${path}:${tag}` }];
}

function forPlatform(image: Image, platform: Platform | undefined): Image {
  if (platform === undefined || platformMatches(image.config, platform)) return image;
  const text = `no suitable export target found for platform ${formatPlatform(platform)}`;
  throw new EngineError("notFound", text);
}

/** Docker has other words here for a name with a tag or digest. */
function findOrExplain(store: Store, name: string): ReturnType<typeof findImage> {
  try {
    return findImage(store, name);
  } catch (error) {
    if (!isEngineError(error, "notFound") || /^(?:sha256:)?[0-9a-f]{64}$/.test(name)) throw error;
    throw new EngineError("notFound", "reference does not exist", {
      hint: `there is no image with the name ${name}`,
      cause: error,
    });
  }
}

function findPrefixOnly(store: Store, name: string): Digest {
  try {
    return findImage(store, name).id;
  } catch (error) {
    throw isEngineError(error, "notFound") ? noSuchImage(name) : error;
  }
}
