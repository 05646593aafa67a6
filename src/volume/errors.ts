import { EngineError, errnoOf, errorText } from "../base/index.ts";

export function noSuchVolume(name: string): EngineError {
  return new EngineError("notFound", `get ${name}: no such volume`);
}

export function volumeInUse(name: string, users: readonly string[]): EngineError {
  return new EngineError("conflict", `remove ${name}: volume is in use - [${users.join(", ")}]`);
}

/** A volume that was to be new is there already. */
export function volumeExists(name: string): EngineError {
  return new EngineError("conflict", `a volume with the name ${name} already exists`, {
    hint: `give it another name, or remove the old one first: strake volume rm ${name}`,
  });
}

/** Docker's refusal of a new volume. */
export function cannotCreate(
  name: string,
  reason: string,
  kind: "invalidArgument" | "notFound",
): EngineError {
  return new EngineError(kind, `create ${name}: ${reason}`);
}

/** `reason`: what mount(2) was asked, and its answer. */
export function cannotMount(path: string, reason: string): EngineError {
  return new EngineError(
    "internal",
    `error while mounting volume '${path}': failed to mount local volume: ${reason}`,
  );
}

/** The server of a network file system has a name that has no address. */
export function cannotResolve(
  path: string,
  { server, cause }: { readonly server: string; readonly cause: unknown },
): EngineError {
  const code = errnoOf(cause) ?? "";
  const reason = ["ENOTFOUND", "ENODATA"].includes(code) ? "no such host" : errorText(cause);
  return new EngineError(
    "internal",
    `error while mounting volume '${path}': error resolving passed in network volume address: lookup ${server}: ${reason}`,
    { hint: "check the name behind addr= in the volume's options, or give an address", cause },
  );
}

/** Somebody removed the folder of a volume by hand. */
export function folderGone({ name, path }: { readonly name: string; readonly path: string }): EngineError {
  const reason = `lstat ${path}: no such file or directory`;
  return new EngineError("notFound", `error evaluating symlinks from mount source "${path}": ${reason}`, {
    hint: `the volume's folder was removed: put it back, or remove the volume too: strake volume rm ${name}`,
  });
}
