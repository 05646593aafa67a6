/** Owner and mode of what a mount shows; undefined means the default of its type. */
interface FileInfo {
  readonly mode?: number;
  readonly uid?: number;
  readonly gid?: number;
}

/** Shows a folder of the build context, of a stage or of an image. */
export interface BindMount {
  readonly type: "bind";
  /** Stage, named context or image; undefined for the build context. */
  readonly from?: string;
  /** Path below the root of `from`; empty for the root. */
  readonly source: string;
  readonly target: string;
  /** When false, what is written is thrown away after the command. */
  readonly readOnly: boolean;
}

/** A folder that lives from one build to the next. Default mode 0755. */
export interface CacheMount extends FileInfo {
  readonly type: "cache";
  /** What names the folder: the target when `id` is not given. */
  readonly id: string;
  readonly target: string;
  readonly readOnly: boolean;
  readonly sharing: "shared" | "private" | "locked";
  /** What a new folder begins as; undefined for empty. */
  readonly from?: string;
  readonly source: string;
}

export interface TmpfsMount {
  readonly type: "tmpfs";
  readonly target: string;
  /** In bytes; undefined for no limit. */
  readonly size?: number;
  readonly readOnly: boolean;
}

/** A secret as a file (default mode 0400), as an environment variable, or both. */
export interface SecretMount extends FileInfo {
  readonly type: "secret";
  readonly id: string;
  /** Undefined when the secret comes only as a variable. */
  readonly target?: string;
  /** The variable that holds the secret. */
  readonly env?: string;
  /** When true, a build without that secret fails. */
  readonly required: boolean;
}

/** The socket of an SSH agent. Default mode 0600. */
export interface SshMount extends FileInfo {
  readonly type: "ssh";
  readonly id: string;
  /** Undefined: `/run/buildkit/ssh_agent.N`, N the number of the mount. */
  readonly target?: string;
  readonly required: boolean;
}

/** One `--mount` of RUN, after expansion. */
export type RunMount = BindMount | CacheMount | TmpfsMount | SecretMount | SshMount;
