import { EngineError } from "../../base/index.ts";
import { type Digest, formatPlatform, type Platform } from "../../oci/index.ts";

/** Docker's text for an index without an image for this platform. */
export function noMatchingManifest(platform: Platform): EngineError {
  return new EngineError(
    "notFound",
    `no matching manifest for ${formatPlatform(platform)} in the manifest list entries`,
  );
}

export function notAnImage(digest: Digest, detail: string): EngineError {
  return new EngineError("invalidArgument", `${digest} is no image: ${detail}`);
}

/** A layer or its blob is not what config or manifest say. */
export function wrongLayer(detail: string): EngineError {
  return new EngineError("dataLoss", detail, {
    hint: "the registry or something on the way to it changed the content",
  });
}

export function reservedName(name: string): EngineError {
  return new EngineError("invalidArgument", `'${name}' is a reserved name`);
}

export function noSpace(needed: number): EngineError {
  return new EngineError("unavailable", `download a layer of ${needed} bytes: no space left on device`, {
    hint: "free some space, for example with `strake image prune`",
  });
}

/** Docker's text for a push of what is not here; `name` without a tag. */
export function noLocalTag(name: string): EngineError {
  return new EngineError("notFound", `An image does not exist locally with the tag: ${name}`);
}

export function digestReference(): EngineError {
  return new EngineError("invalidArgument", "cannot push a digest reference");
}
