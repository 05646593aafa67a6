import { EngineError } from "../base/index.ts";
import type {
  LinuxSeccomp,
  ProfileFilter,
  ProfileRule,
  SeccompArgument,
  SeccompProfile,
  SeccompRule,
} from "./seccomp-types.ts";

/** What decides which rules of a profile count. */
export interface SeccompTarget {
  /** Of the container, with `CAP_`. */
  readonly capabilities: readonly string[];
  /** A Go name: `amd64`, `arm64`, … */
  readonly architecture: string;
  /** Major and minor version of the running kernel. */
  readonly kernel: readonly [number, number];
}

/** Go's name of an architecture to libseccomp's. */
const SCMP_ARCHITECTURES: Readonly<Record<string, string>> = {
  amd64: "SCMP_ARCH_X86_64",
  "386": "SCMP_ARCH_X86",
  arm64: "SCMP_ARCH_AARCH64",
  arm: "SCMP_ARCH_ARM",
  ppc64le: "SCMP_ARCH_PPC64LE",
  riscv64: "SCMP_ARCH_RISCV64",
  s390x: "SCMP_ARCH_S390X",
};

/**
 * The filter that a profile means for one container (Docker's profile format to OCI runtime-spec, config-linux.md#seccomp).
 * Throws `invalidArgument` where the profile contradicts itself or holds a value that cannot be passed on exactly.
 */
export function toLinuxSeccomp(profile: SeccompProfile, target: SeccompTarget): LinuxSeccomp {
  const { defaultAction, defaultErrnoRet, flags, listenerPath, listenerMetadata } = profile;
  const syscalls: SeccompRule[] = [];
  for (const rule of profile.syscalls ?? []) {
    if (isActive(rule, target)) syscalls.push(toRule(rule));
  }
  return {
    defaultAction,
    ...(defaultErrnoRet === undefined ? {} : { defaultErrnoRet }),
    architectures: toArchitectures(profile, target.architecture),
    ...(flags === undefined ? {} : { flags }),
    ...(listenerPath === undefined ? {} : { listenerPath }),
    ...(listenerMetadata === undefined ? {} : { listenerMetadata }),
    syscalls,
  };
}

function toArchitectures(profile: SeccompProfile, architecture: string): readonly string[] {
  const { architectures = [], archMap = [] } = profile;
  if (architectures.length > 0 && archMap.length > 0) {
    throw new EngineError(
      "invalidArgument",
      "both 'architectures' and 'archMap' are specified in the seccomp profile, use either 'architectures' or 'archMap'",
    );
  }
  if (architectures.length > 0) return architectures;
  const native = SCMP_ARCHITECTURES[architecture];
  const entry = archMap.find((candidate) => candidate.architecture === native);
  return entry === undefined ? [] : [entry.architecture, ...(entry.subArchitectures ?? [])];
}

function isActive({ includes = {}, excludes = {} }: ProfileRule, target: SeccompTarget): boolean {
  return includesHold(includes, target) && !excludesHold(excludes, target);
}

function includesHold({ arches, caps, minKernel }: ProfileFilter, target: SeccompTarget): boolean {
  if (arches?.length && !arches.includes(target.architecture)) return false;
  if (caps?.some((name) => !target.capabilities.includes(name))) return false;
  return minKernel === undefined || minKernel === "" || isAtLeast(target.kernel, minKernel);
}

function excludesHold({ arches, caps, minKernel }: ProfileFilter, target: SeccompTarget): boolean {
  if (arches?.includes(target.architecture)) return true;
  if (caps?.some((name) => target.capabilities.includes(name))) return true;
  return minKernel !== undefined && minKernel !== "" && isAtLeast(target.kernel, minKernel);
}

function isAtLeast([major, minor]: readonly [number, number], text: string): boolean {
  const match = /^(\d+)\.(\d+)/.exec(text);
  if (match === null) {
    throw new EngineError("invalidArgument", `invalid kernel version in seccomp profile: ${text}`);
  }
  const wanted = Number(match[1]);
  return major > wanted || (major === wanted && minor >= Number(match[2]));
}

function toRule(rule: ProfileRule): SeccompRule {
  const { name, names = [], action, errnoRet, args } = rule;
  if (name !== undefined && name !== "" && names.length > 0) {
    throw new EngineError(
      "invalidArgument",
      "both 'name' and 'names' are specified in the seccomp profile, use either 'name' or 'names'",
    );
  }
  return {
    names: name !== undefined && name !== "" ? [name] : names,
    action,
    ...(errnoRet === undefined ? {} : { errnoRet }),
    ...(args?.length ? { args: args.map(toArgument) } : {}),
  };
}

function toArgument({ index, value, valueTwo, op }: SeccompArgument): SeccompArgument {
  for (const number of [value, valueTwo ?? 0]) {
    if (!Number.isSafeInteger(number)) {
      throw new EngineError(
        "invalidArgument",
        `seccomp profile: the argument value ${number} is larger than 2^53 and cannot be passed on exactly`,
      );
    }
  }
  return { index, value, ...(valueTwo ? { valueTwo } : {}), op };
}
