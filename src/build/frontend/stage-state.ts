import type { Stage } from "../../dockerfile/index.ts";
import type { Image } from "../../image/index.ts";
import type { ExecutionConfig, Platform } from "../../oci/index.ts";
import type { VertexId } from "../graph/definition.ts";
import type { ConfigEnvironment, Environment } from "./environment.ts";

/** One line of history that a stage adds. */
export interface HistoryStep {
  readonly createdBy: string;
  /** The vertex whose layer it stands for; undefined when it changed no file. */
  readonly vertex: VertexId | undefined;
}

/** Where a stage stands after its instructions so far. It is changed as they are read, by one reader only. */
export interface StageState {
  readonly stage: Stage;
  /** Name of the stage as messages show it; empty when it is the only one and has none. */
  readonly displayName: string;
  readonly platform: Platform;
  /** The image at the bottom. */
  readonly image: Image | "scratch";
  /** The root file system. */
  vertex: VertexId;
  /** Without `Env` and `Labels`. */
  config: ExecutionConfig;
  author: string | undefined;
  /** Variables of steps and of expansion: ENV and ARG. */
  readonly environment: Environment;
  /** ENV, as the config has it. */
  readonly configEnv: ConfigEnvironment;
  readonly labels: Map<string, string>;
  /** ARGs in force, in their order, with the values of their lines. */
  readonly args: { readonly name: string; readonly value: string | undefined }[];
  readonly history: HistoryStep[];
  /** CMD was set in this stage. */
  cmdSet: boolean;
  /** Steps so far, FROM included. */
  step: number;
  /** Steps that the stage will have. */
  steps: number;
}

/** The PATH of steps and images that have none. */
export const DEFAULT_PATH = "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin";

/** The environment of an image's config, which has a PATH from the first build on. */
export function withDefaultPath(config: ExecutionConfig): ExecutionConfig {
  const env = config.Env ?? [];
  return env.some((entry) => entry.startsWith("PATH="))
    ? config
    : { ...config, Env: [...env, `PATH=${DEFAULT_PATH}`] };
}
