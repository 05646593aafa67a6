/** A folder that outlives containers. */
export interface Volume {
  readonly name: string;
  /** RFC 3339, whole seconds. */
  readonly created: string;
  readonly labels: Readonly<Record<string, string>>;
  /** `type`, `o` and `device` of what is mounted there while a container uses it; empty for a plain folder. */
  readonly options: Readonly<Record<string, string>>;
  /** Its name was made up; `rm -v` and `--rm` remove it with its container. */
  readonly anonymous: boolean;
  /** Absolute path of its `_data` folder on this host. */
  readonly path: string;
}

/** What a new volume is to be. */
export interface VolumeRequest {
  /** A 64-character name is made up when there is none. */
  readonly name?: string;
  readonly driver?: string;
  readonly labels?: Readonly<Record<string, string>>;
  readonly options?: Readonly<Record<string, string>>;
  /** The container to tie it to before anybody else can remove it, as `use` does. */
  readonly container?: string;
}

/** Where and how a running container sees a volume. */
export interface VolumeMount {
  readonly volume: string;
  readonly container: string;
  readonly destination: string;
  readonly readOnly: boolean;
}

/** What a prune removed. */
export interface PrunedVolumes {
  readonly removed: readonly string[];
  /** Bytes of their files. */
  readonly reclaimed: number;
}
