import { type ByteString, toText } from "../../archive/index.ts";
import { EngineError } from "../../base/index.ts";

export function changedWhileRead(path: ByteString): EngineError {
  return new EngineError("conflict", `"/${toText(path)}" changed while it was read`, {
    hint: "run the build again once nothing writes to the files",
  });
}

/** A source of a COPY or ADD that is not there, in BuildKit's words. */
export function sourceMissing(
  tree: string,
  path: ByteString,
  { hidden = false }: { readonly hidden?: boolean } = {},
): EngineError {
  return new EngineError(
    "notFound",
    `failed to compute cache key: failed to calculate checksum of ref ${tree}: "/${toText(path)}": not found`,
    hidden ? { hint: "it is there, but .dockerignore excludes it" } : {},
  );
}

export function tooManyLinks(path: ByteString): EngineError {
  return new EngineError("invalidArgument", `/${toText(path)}: too many levels of symbolic links`);
}

/** A folder is wanted where something else is. */
export function notFolder(path: ByteString): EngineError {
  return new EngineError("invalidArgument", `cannot copy to non-directory: /${toText(path)}`);
}

export function isFolder(path: ByteString): EngineError {
  return new EngineError("invalidArgument", `cannot replace to directory /${toText(path)} with file`);
}

/** A folder on the way to the destination is something else. */
export function cannotMakeFolder(path: ByteString): EngineError {
  return new EngineError("invalidArgument", `mkdir /${toText(path)}: not a directory`);
}
