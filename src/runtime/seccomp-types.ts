/** A comparison of one system call argument (OCI runtime-spec, config-linux.md#seccomp). */
export interface SeccompArgument {
  readonly index: number;
  readonly value: number;
  readonly valueTwo?: number;
  /** `SCMP_CMP_EQ`, … */
  readonly op: string;
}

/** A rule of `linux.seccomp.syscalls`. */
export interface SeccompRule {
  readonly names: readonly string[];
  readonly action: string;
  readonly errnoRet?: number;
  readonly args?: readonly SeccompArgument[];
}

/** `linux.seccomp` of the OCI runtime-spec (config-linux.md#seccomp). */
export interface LinuxSeccomp {
  readonly defaultAction: string;
  readonly defaultErrnoRet?: number;
  readonly architectures?: readonly string[];
  readonly flags?: readonly string[];
  readonly listenerPath?: string;
  readonly listenerMetadata?: string;
  readonly syscalls: readonly SeccompRule[];
}

/** When a rule of a profile counts: all of what is named must hold (any of the architectures). */
export interface ProfileFilter {
  readonly caps?: readonly string[];
  /** Go names: `amd64`, `x32`, `arm64`, … */
  readonly arches?: readonly string[];
  readonly minKernel?: string;
}

/** A rule of a profile in Docker's format. */
export interface ProfileRule extends SeccompRule {
  readonly name?: string;
  readonly includes?: ProfileFilter;
  readonly excludes?: ProfileFilter;
}

/** A seccomp profile file in Docker's format (docker docs, engine/security/seccomp). */
export interface SeccompProfile extends Omit<LinuxSeccomp, "syscalls"> {
  readonly archMap?: readonly {
    readonly architecture: string;
    readonly subArchitectures?: readonly string[] | null;
  }[];
  readonly syscalls?: readonly ProfileRule[] | null;
}
