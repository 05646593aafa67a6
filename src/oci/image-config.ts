import type { DiffId } from "./digest.ts";

/** Docker's health check; durations in nanoseconds. `Test` is `["NONE"]`, `["CMD", …]` or `["CMD-SHELL", line]`. */
export interface HealthConfig {
  readonly Test?: readonly string[];
  readonly Interval?: number;
  readonly Timeout?: number;
  readonly StartPeriod?: number;
  readonly StartInterval?: number;
  readonly Retries?: number;
}

/** What to run and how: the `config` object of an image config (OCI image-spec, config.md#properties; Docker's extensions). */
export interface ExecutionConfig {
  readonly User?: string;
  readonly ExposedPorts?: Readonly<Record<string, object>>;
  readonly Env?: readonly string[];
  readonly Entrypoint?: readonly string[];
  readonly Cmd?: readonly string[];
  readonly Volumes?: Readonly<Record<string, object>>;
  readonly WorkingDir?: string;
  readonly Labels?: Readonly<Record<string, string>>;
  readonly StopSignal?: string;
  readonly ArgsEscaped?: boolean;
  readonly Healthcheck?: HealthConfig;
  readonly OnBuild?: readonly string[];
  readonly Shell?: readonly string[];
}

/** One line of an image's history (OCI image-spec, config.md#properties). */
export interface HistoryEntry {
  readonly created?: string;
  readonly created_by?: string;
  readonly author?: string;
  readonly comment?: string;
  readonly empty_layer?: boolean;
}

/** The image config document (OCI image-spec, config.md). Its digest is the image ID. */
export interface ImageConfig {
  readonly created?: string;
  readonly author?: string;
  readonly architecture: string;
  readonly variant?: string;
  readonly os: string;
  readonly "os.version"?: string;
  readonly "os.features"?: readonly string[];
  readonly config?: ExecutionConfig;
  readonly rootfs: { readonly type: "layers"; readonly diff_ids: readonly DiffId[] };
  readonly history?: readonly HistoryEntry[];
  /** Docker's own: the ID of the image that a commit or legacy build started from. */
  readonly parent?: string;
  readonly docker_version?: string;
  readonly comment?: string;
  /** Strake's own: the steps of the build that its layers are results of, as an inline cache. */
  readonly "strake.buildcache.v1"?: string;
}
