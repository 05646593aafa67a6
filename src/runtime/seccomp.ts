import { readFileSync } from "node:fs";
import { EngineError, errnoOf, errorText } from "../base/index.ts";
import { dockerSeccomp } from "./docker-seccomp.ts";
import { type SeccompTarget, toLinuxSeccomp } from "./seccomp-profile.ts";
import type { LinuxSeccomp, SeccompProfile } from "./seccomp-types.ts";

const DEFAULT_PROFILE = "/usr/share/containers/seccomp.json";

/** What is asked of {@link openSeccomp}. */
export interface SeccompRequest extends SeccompTarget {
  /** `builtin` (also when not given), `unconfined`, or the JSON text of a profile. */
  readonly profile?: string;
  /** File of the default profile; the distribution's if not given. */
  readonly defaultProfile?: string;
}

/**
 * The system call filter of a container; undefined means none.
 * The default is Docker's, made of the profile that the distribution ships for all container engines. Reading and
 * translating it costs a millisecond in a process that has just started, so nothing is cached.
 * Throws `unavailable` when that file is missing, `invalidArgument` for a profile that cannot be read.
 */
export function openSeccomp(request: SeccompRequest): LinuxSeccomp | undefined {
  const { profile = "builtin" } = request;
  if (profile === "unconfined") return undefined;
  if (!isBuiltin(profile)) return toLinuxSeccomp(parseSeccompProfile(profile), request);
  return withoutX32(toLinuxSeccomp(dockerSeccomp(readDefault(request)), request));
}

/**
 * Nothing is built for the x32 ABI, and the runtime compiles the whole filter once for each ABI: leaving it out
 * shortens every start by a seventh. A program of that ABI is killed at its first system call.
 */
function withoutX32(filter: LinuxSeccomp): LinuxSeccomp {
  return { ...filter, architectures: filter.architectures?.filter((name) => name !== "SCMP_ARCH_X32") ?? [] };
}

function isBuiltin(profile: string): boolean {
  return profile === "builtin" || profile === "";
}

/** Reads a profile in Docker's format. Throws `invalidArgument` (`Decoding seccomp profile failed: …`). */
export function parseSeccompProfile(text: string): SeccompProfile {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch (error) {
    throw decodingFailed(errorText(error), error);
  }
  if (!isProfile(value)) throw decodingFailed("expected an object with defaultAction and syscalls");
  return value;
}

function isProfile(value: unknown): value is SeccompProfile {
  if (typeof value !== "object" || value === null || !("defaultAction" in value)) return false;
  if (typeof value.defaultAction !== "string") return false;
  const syscalls = "syscalls" in value ? value.syscalls : [];
  return syscalls === null || (Array.isArray(syscalls) && syscalls.every(isRule));
}

function isRule(rule: unknown): boolean {
  if (typeof rule !== "object" || rule === null || !("action" in rule)) return false;
  if (typeof rule.action !== "string") return false;
  const names: unknown = "names" in rule ? rule.names : undefined;
  const args: unknown = "args" in rule ? rule.args : undefined;
  const named = Array.isArray(names) ? names.every(isText) : names === undefined && "name" in rule;
  return named && (args === undefined || args === null || Array.isArray(args));
}

function isText(value: unknown): boolean {
  return typeof value === "string";
}

// The distribution's own file is not checked rule by rule: that would take longer than reading it.
function readDefault({ defaultProfile: path = DEFAULT_PROFILE }: SeccompRequest): SeccompProfile {
  try {
    return JSON.parse(readFileSync(path, "utf8")) as SeccompProfile;
  } catch (error) {
    if (error instanceof SyntaxError) throw decodingFailed(`${path}: ${error.message}`, error);
    if (errnoOf(error) !== "ENOENT") throw error;
    throw new EngineError("unavailable", `no default seccomp profile: ${path} does not exist`, {
      hint: "install the package golang-github-containers-common, or run with --security-opt seccomp=unconfined",
      cause: error,
    });
  }
}

function decodingFailed(reason: string, cause?: unknown): EngineError {
  return new EngineError("invalidArgument", `Decoding seccomp profile failed: ${reason}`, { cause });
}
