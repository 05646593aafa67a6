import { EngineError } from "../base/index.ts";

/** Every capability of Linux in the order of their numbers (capabilities(7), linux/capability.h). */
export const CAPABILITIES: readonly string[] = [
  "CHOWN",
  "DAC_OVERRIDE",
  "DAC_READ_SEARCH",
  "FOWNER",
  "FSETID",
  "KILL",
  "SETGID",
  "SETUID",
  "SETPCAP",
  "LINUX_IMMUTABLE",
  "NET_BIND_SERVICE",
  "NET_BROADCAST",
  "NET_ADMIN",
  "NET_RAW",
  "IPC_LOCK",
  "IPC_OWNER",
  "SYS_MODULE",
  "SYS_RAWIO",
  "SYS_CHROOT",
  "SYS_PTRACE",
  "SYS_PACCT",
  "SYS_ADMIN",
  "SYS_BOOT",
  "SYS_NICE",
  "SYS_RESOURCE",
  "SYS_TIME",
  "SYS_TTY_CONFIG",
  "MKNOD",
  "LEASE",
  "AUDIT_WRITE",
  "AUDIT_CONTROL",
  "SETFCAP",
  "MAC_OVERRIDE",
  "MAC_ADMIN",
  "SYSLOG",
  "WAKE_ALARM",
  "BLOCK_SUSPEND",
  "AUDIT_READ",
  "PERFMON",
  "BPF",
  "CHECKPOINT_RESTORE",
].map((name) => `CAP_${name}`);

/** What a container may do when nothing is asked: Docker's fourteen, in Docker's order. */
export const DEFAULT_CAPABILITIES: readonly string[] = [
  "CHOWN",
  "DAC_OVERRIDE",
  "FSETID",
  "FOWNER",
  "MKNOD",
  "NET_RAW",
  "SETGID",
  "SETUID",
  "SETFCAP",
  "SETPCAP",
  "NET_BIND_SERVICE",
  "SYS_CHROOT",
  "KILL",
  "AUDIT_WRITE",
].map((name) => `CAP_${name}`);

const ALL = "ALL";

/** What is asked of {@link toCapabilities}. */
export interface CapabilityRequest {
  readonly add: readonly string[];
  readonly drop: readonly string[];
  readonly privileged: boolean;
  /** What this process has itself, from {@link decodeCapabilities}: nobody can give more. */
  readonly available: readonly string[];
}

/**
 * The capabilities of a container, with `CAP_`.
 * As Docker: privileged is everything; else the defaults (or, with ALL added, everything) less the dropped (or,
 * with ALL dropped, nothing) and the added. Names are as {@link parseCapabilities} takes them.
 */
export function toCapabilities({ add, drop, privileged, available }: CapabilityRequest): readonly string[] {
  if (privileged) return available;
  const adds = parseCapabilities(add, "CapAdd");
  const drops = parseCapabilities(drop, "CapDrop");
  if (adds.length === 0 && drops.length === 0) return DEFAULT_CAPABILITIES;
  const dropped = new Set(drops);
  if (adds.includes(ALL)) return available.filter((name) => !dropped.has(name));
  const base = dropped.has(ALL) ? [] : DEFAULT_CAPABILITIES.filter((name) => !dropped.has(name));
  return [...new Set([...base, ...adds])];
}

/**
 * Names in any case, with or without `CAP_`, as `CAP_NAME` or `ALL`.
 * Throws `invalidArgument` (`invalid CapAdd: unknown capability: "CAP_X"`).
 */
export function parseCapabilities(names: readonly string[], field: "CapAdd" | "CapDrop"): string[] {
  return names.map((text) => {
    const upper = text.trim().toUpperCase();
    if (upper === ALL) return ALL;
    const name = upper.startsWith("CAP_") ? upper : `CAP_${upper}`;
    if (!CAPABILITIES.includes(name)) {
      throw new EngineError("invalidArgument", `invalid ${field}: unknown capability: "${name}"`);
    }
    return name;
  });
}

/** The names in a capability mask such as `CapEff` of /proc/self/status (hexadecimal, capabilities(7)). */
export function decodeCapabilities(mask: string): string[] {
  const bits = BigInt(`0x${mask.trim()}`);
  return CAPABILITIES.filter((_, bit) => ((bits >> BigInt(bit)) & 1n) === 1n);
}
