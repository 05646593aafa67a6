/** A file system to mount: storage and volumes emit it, the runtime and `host` consume it (OCI runtime-spec, config.md#mounts). */
export interface Mount {
  readonly type: string;
  readonly source: string;
  /** Absolute path inside the container; empty for a root file system. */
  readonly target: string;
  readonly options: readonly string[];
}
