import { posix } from "node:path";
import type { MountRequest } from "../../spec/index.ts";
import { invalid, invalidMount } from "./errors.ts";

const VOLUME_NAME = /^[a-zA-Z0-9][a-zA-Z0-9_.-]+$/;
const PROPAGATIONS = ["", "private", "rprivate", "slave", "rslave", "shared", "rshared"];
const OPTION_FIELDS = {
  BindOptions: "bind",
  VolumeOptions: "volume",
  ImageOptions: "image",
  TmpfsOptions: "tmpfs",
} as const;

/** Checks one mount by itself; the host is not looked at. Throws `invalidArgument` with Docker's texts. */
export function checkMount(request: MountRequest): void {
  const { Type: type, Source: source = "", Target: target } = request;
  if (!["bind", "volume", "tmpfs", "image"].includes(type)) throw invalidMount(type, "mount type unknown");
  if (target === "") throw invalidMount(type, "field Target must not be empty");
  const problem = targetProblem(target);
  if (problem !== undefined) throw invalidMount(type, problem);
  if (source.includes("\0") || target.includes("\0")) throw invalidMount(type, "a path contains a NUL byte");
  const foreign = foreignOptions(request);
  if (foreign !== undefined) throw invalidMount(type, `field ${foreign} must not be specified`);
  if (type === "bind") checkBind(request, source);
  if (type === "volume") checkVolume(request, source);
  if (type === "tmpfs") checkTmpfs(request, source);
  if (type === "image") {
    if (source === "") throw invalidMount(type, "field Source must not be empty");
    checkSubpath(type, request.ImageOptions?.Subpath);
  }
}

/** The options of another type that `request` has; undefined when there are none. */
export function foreignOptions(request: MountRequest): string | undefined {
  const fields = Object.entries(OPTION_FIELDS);
  return fields.find(([field, owner]) => owner !== request.Type && field in request)?.[0];
}

/** Why `target` cannot be mounted on; undefined when it can. */
export function targetProblem(target: string): string | undefined {
  if (!target.startsWith("/")) return `invalid mount path: '${target}' mount path must be absolute`;
  return posix.normalize(target) === "/" ? "invalid specification: destination can't be '/'" : undefined;
}

function checkBind(request: MountRequest, source: string): void {
  const { Propagation = "", ReadOnlyNonRecursive, ReadOnlyForceRecursive } = request.BindOptions ?? {};
  if (source === "") throw invalidMount("bind", "field Source must not be empty");
  if (!source.startsWith("/")) {
    throw invalidMount("bind", `invalid mount path: '${source}' mount path must be absolute`);
  }
  if (!PROPAGATIONS.includes(Propagation)) {
    throw invalidMount("bind", `invalid propagation mode: ${Propagation}`);
  }
  if (ReadOnlyNonRecursive && ReadOnlyForceRecursive) {
    throw invalid("mount options conflict: ReadOnlyNonRecursive && BindOptions.ReadOnlyForceRecursive");
  }
}

function checkVolume(request: MountRequest, source: string): void {
  const subpath = request.VolumeOptions?.Subpath;
  if (source === "") {
    if (subpath) throw invalidMount("volume", "must not set Subpath when using anonymous volumes");
    if (request.ReadOnly) {
      throw invalidMount("volume", "must not set ReadOnly mode when using anonymous volumes");
    }
    return;
  }
  checkSubpath("volume", subpath);
  if (VOLUME_NAME.test(source)) return;
  if (source.length < 2) {
    throw invalid(
      `create ${source}: volume name is too short, names should be at least two alphanumeric characters`,
    );
  }
  throw invalid(
    `create ${source}: "${source}" includes invalid characters for a local volume name, only "[a-zA-Z0-9][a-zA-Z0-9_.-]" are allowed. If you intended to pass a host directory, use absolute path`,
  );
}

function checkTmpfs({ TmpfsOptions: options = {} }: MountRequest, source: string): void {
  if (source !== "") throw invalidMount("tmpfs", "field Source must not be specified");
  if ((options.SizeBytes ?? 0) < 0) throw invalidMount("tmpfs", `invalid size: ${options.SizeBytes}`);
  if ((options.Mode ?? 0) < 0 || (options.Mode ?? 0) > 0o7777) {
    throw invalidMount("tmpfs", `invalid mode: ${(options.Mode ?? 0).toString(8)}`);
  }
}

function checkSubpath(type: string, subpath = ""): void {
  if (subpath === "") return;
  const clean = posix.normalize(subpath);
  if (clean.startsWith("/") || clean === ".." || clean.startsWith("../")) {
    throw invalidMount(type, "subpath must be a relative path within the volume");
  }
}
