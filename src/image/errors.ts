import { EngineError, shortId } from "../base/index.ts";
import type { Digest } from "../oci/index.ts";

/** `name` as Docker repeats it: with the tag it looked for. */
export function noSuchImage(name: string): EngineError {
  return new EngineError("notFound", `No such image: ${name}`);
}

/** `name` is the beginning of several IDs: Docker finds none of them. */
export function ambiguousPrefix(name: string): EngineError {
  return new EngineError("notFound", `No such image: ${name}`, {
    hint: "several image IDs begin like this: give more characters",
  });
}

/** `forced`: whether `--force` would help. */
export function deleteConflict(id: Digest, forced: boolean, reason: string): EngineError {
  const help = forced ? "must be forced" : "cannot be forced";
  return new EngineError("conflict", `conflict: unable to delete ${shortId(id)} (${help}) - ${reason}`);
}

export function referenceConflict(name: string, container: string, id: Digest): EngineError {
  return new EngineError(
    "conflict",
    `conflict: unable to remove repository reference "${name}" (must force) - container ${shortId(container)} is using its referenced image ${shortId(id)}`,
  );
}

/** `name` is a tag or name that an archive should have had. */
export function noSuchName(name: string): EngineError {
  return new EngineError("notFound", `no image "${name}" found in the archive`);
}

/** Something that came from outside is not what it must be. */
export function invalidArchive(detail: string, cause?: unknown): EngineError {
  return new EngineError("invalidArgument", detail, cause === undefined ? {} : { cause });
}

/** Content does not have the digest that names it. */
export function wrongContent(detail: string): EngineError {
  return new EngineError("dataLoss", detail, { hint: "the archive is damaged; fetch or make it again" });
}
