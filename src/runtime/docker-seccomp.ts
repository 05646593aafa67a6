import type { ProfileRule, SeccompProfile } from "./seccomp-types.ts";

const EPERM = 1;
const ENOSYS = 38;
const AF_VSOCK = 40;
/** `CLONE_NEWNS`, `CGROUP`, `UTS`, `IPC`, `USER`, `PID` and `NET` of clone(2). */
const CLONE_NEW = [0x20000, 0x2000000, 0x4000000, 0x8000000, 0x10000000, 0x20000000, 0x40000000];
/** There the flags are the second argument of `clone`. */
const S390 = ["s390", "s390x"];

/** Allowed to a container that has any of the capabilities, else refused with EPERM. */
const GATED: readonly { readonly caps: readonly string[]; readonly names: readonly string[] }[] = [
  {
    caps: ["CAP_SYS_ADMIN"],
    names: [
      "fsconfig",
      "fsmount",
      "fsopen",
      "fspick",
      "mount",
      "mount_setattr",
      "move_mount",
      "open_tree",
      "quotactl_fd",
      "setns",
      "umount",
      "umount2",
      "unshare",
    ],
  },
  { caps: ["CAP_SYS_ADMIN", "CAP_BPF"], names: ["bpf"] },
  { caps: ["CAP_SYS_ADMIN", "CAP_PERFMON"], names: ["perf_event_open"] },
  { caps: ["CAP_SYS_ADMIN", "CAP_SYSLOG"], names: ["syslog"] },
  { caps: ["CAP_SYS_BOOT"], names: ["reboot"] },
  {
    caps: ["CAP_SYS_NICE"],
    names: ["get_mempolicy", "mbind", "set_mempolicy", "set_mempolicy_home_node"],
  },
  { caps: ["CAP_SYS_PTRACE"], names: ["pidfd_getfd"] },
];

const DENIED = ["add_key", "keyctl", "pivot_root", "request_key"];

const ALLOWED = [
  "cachestat",
  "fchmodat2",
  "futex_requeue",
  "futex_wait",
  "futex_waitv",
  "futex_wake",
  "getxattrat",
  "io_pgetevents",
  "io_pgetevents_time64",
  "listmount",
  "listxattrat",
  "lsm_get_self_attr",
  "lsm_list_modules",
  "lsm_set_self_attr",
  "map_shadow_stack",
  "mseal",
  "removexattrat",
  "setxattrat",
  "statmount",
  "vmsplice",
];

const RULES: readonly ProfileRule[] = [
  { names: ALLOWED, action: "SCMP_ACT_ALLOW" },
  { names: DENIED, action: "SCMP_ACT_ERRNO", errnoRet: EPERM },
  ...GATED.flatMap(({ caps, names }): ProfileRule[] => [
    ...caps.map((cap) => ({ names, action: "SCMP_ACT_ALLOW", includes: { caps: [cap] } })),
    { names, action: "SCMP_ACT_ERRNO", errnoRet: EPERM, excludes: { caps } },
  ]),
  {
    names: ["clone", "clone3"],
    action: "SCMP_ACT_ALLOW",
    includes: { caps: ["CAP_SYS_ADMIN"] },
  },
  ...cloneWithoutNamespaces(0, { excludes: { arches: S390 } }),
  ...cloneWithoutNamespaces(1, { includes: { arches: S390 } }),
  // The flags of clone3 are in memory, where no filter sees them; on ENOSYS a libc falls back to clone.
  {
    names: ["clone3"],
    action: "SCMP_ACT_ERRNO",
    errnoRet: ENOSYS,
    excludes: { caps: ["CAP_SYS_ADMIN"] },
  },
  {
    names: ["socket"],
    action: "SCMP_ACT_ALLOW",
    args: [{ index: 0, value: AF_VSOCK, op: "SCMP_CMP_NE" }],
  },
  {
    names: ["socket"],
    action: "SCMP_ACT_ERRNO",
    errnoRet: EPERM,
    args: [{ index: 0, value: AF_VSOCK, op: "SCMP_CMP_EQ" }],
  },
];

const RULED = new Set(RULES.flatMap(({ names }) => names));

/**
 * The profile that the distribution ships for all engines, with what Docker's own decides otherwise: a container makes no
 * namespaces or mounts, and reaches no keyrings, memory policies or VM sockets, unless a capability says so.
 * What neither of them lists stays at the profile's default.
 */
export function dockerSeccomp(profile: SeccompProfile): SeccompProfile {
  const kept = (profile.syscalls ?? []).map(({ name, names = [name ?? ""], ...rule }) => ({
    ...rule,
    names: names.filter((each) => !RULED.has(each)),
  }));
  return { ...profile, syscalls: [...kept.filter(({ names }) => names.length > 0), ...RULES] };
}

function cloneWithoutNamespaces(
  index: number,
  { includes = {}, excludes = {} }: Pick<ProfileRule, "includes" | "excludes">,
): readonly ProfileRule[] {
  const all = CLONE_NEW.reduce((flags, flag) => flags | flag);
  const where = { includes, excludes: { ...excludes, caps: ["CAP_SYS_ADMIN"] } };
  const masked = (mask: number, value: number) => [
    { index, value: mask, valueTwo: value, op: "SCMP_CMP_MASKED_EQ" },
  ];
  return [
    { ...where, names: ["clone"], action: "SCMP_ACT_ALLOW", args: masked(all, 0) },
    ...CLONE_NEW.map((flag) => ({
      ...where,
      names: ["clone"],
      action: "SCMP_ACT_ERRNO",
      errnoRet: EPERM,
      args: masked(flag, flag),
    })),
  ];
}
