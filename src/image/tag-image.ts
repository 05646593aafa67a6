import { EngineError } from "../base/index.ts";
import { type Digest, parseReference, type Reference, withDefaultTag } from "../oci/index.ts";
import type { Store } from "../store/index.ts";
import { writeName } from "./image-rows.ts";
import { findImage, keyOf } from "./resolve-image.ts";

/**
 * Reads a name that is to be given to an image, `repository[:tag]`; the tag is `latest` if there is none.
 * Throws `invalidArgument` for a digest and for names that could be taken for one.
 */
export function parseNewName(text: string): Reference {
  const reference = withDefaultTag(parseReference(text));
  if (reference.digest !== undefined) {
    throw new EngineError("invalidArgument", "refusing to create a tag with a digest reference");
  }
  if (reference.domain === "docker.io" && reference.path === "library/sha256") {
    throw new EngineError(
      "invalidArgument",
      "refusing to create an ambiguous tag using digest algorithm as name",
    );
  }
  return reference;
}

/** Gives an image one more name; the image that had it before loses it. Returns what was tagged. */
export function tagImage(
  store: Store,
  source: string,
  target: string,
): { readonly id: Digest; readonly name: Reference } {
  const name = parseNewName(target);
  return store.transaction(
    () => {
      const { id } = findImage(store, source);
      writeName(store, keyOf(name), id);
      return { id, name };
    },
    { durable: true },
  );
}
