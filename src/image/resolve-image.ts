import { EngineError } from "../base/index.ts";
import {
  type Digest,
  familiarReference,
  formatPlatform,
  formatReference,
  isDigest,
  type Platform,
  parseReference,
  platformMatches,
  type Reference,
  withDefaultTag,
} from "../oci/index.ts";
import type { Store } from "../store/index.ts";
import { ambiguousPrefix, noSuchImage } from "./errors.ts";
import { readImage } from "./image-rows.ts";
import type { Image } from "./types.ts";

const HEX_ID = /^[0-9a-f]{64}$/;
const PREFIX = /^(?:sha256:)?([0-9a-f]{1,64})$/;

/** The name or ID that a user gave, taken apart; `reference` is undefined for a whole ID. */
export interface ImageKey {
  readonly id: Digest;
  readonly reference: Reference | undefined;
}

/**
 * Finds an image as Docker does: a whole ID, else a name (tag `latest` if none), else the prefix of an ID.
 * Throws `notFound` (also for a prefix of several IDs) and `invalidArgument` for what is neither name nor ID.
 */
export function findImage(store: Store, name: string): ImageKey {
  const whole = HEX_ID.test(name) ? `sha256:${name}` : name;
  if (isDigest(whole)) {
    if (store.row("SELECT 1 FROM images WHERE id = ?", whole) === undefined) throw noSuchImage(whole);
    return { id: whole, reference: undefined };
  }
  const reference = withDefaultTag(parseReference(name));
  const named = store.row<{ image: Digest }>("SELECT image FROM refs WHERE name = ?", keyOf(reference));
  if (named !== undefined) return { id: named.image, reference };
  const id = findPrefix(store, name, familiarReference(reference));
  if (id === undefined) throw noSuchImage(familiarReference(reference));
  return { id, reference: undefined };
}

/** The key under which a reference is stored: with a digest, the tag does not count. */
export function keyOf(reference: Reference): string {
  if (reference.digest === undefined) return formatReference(reference);
  const { domain, path, digest } = reference;
  return formatReference({ domain, path, digest });
}

function findPrefix(store: Store, name: string, shown: string): Digest | undefined {
  const hex = PREFIX.exec(name)?.[1];
  if (hex === undefined) return undefined;
  const found = store.rows<{ id: Digest }>(
    "SELECT id FROM images WHERE id >= ? AND id < ? LIMIT 2",
    `sha256:${hex}`,
    `sha256:${hex}g`,
  );
  if (found.length > 1) throw ambiguousPrefix(shown);
  return found[0]?.id;
}

/** As {@link findImage}, with the image itself; checked against `platform` when one is given. */
export function resolveImage(store: Store, name: string, platform?: Platform): Image {
  const image = readImage(store, findImage(store, name).id);
  if (image === undefined) throw noSuchImage(name);
  if (platform !== undefined && !platformMatches(image.config, platform)) {
    throw new EngineError(
      "notFound",
      `image with reference ${name} was found but its platform (${formatPlatform(image.config)}) does not match the specified platform (${formatPlatform(platform)})`,
    );
  }
  return image;
}
