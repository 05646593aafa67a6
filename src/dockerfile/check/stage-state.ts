import type { SourceRange } from "../../base/index.ts";
import type { BaseFacts } from "./check-facts.ts";

/** The path of an image that sets none. */
const DEFAULT_PATH = "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin";

/** What is true at a point of a stage. */
export interface StageState {
  /** False when nothing is known of the base image, so that any variable may be set. */
  readonly known: boolean;
  /** Variables with a value, in the order in which they were set. */
  readonly env: Map<string, string>;
  /** Names of ARG, with or without a value. */
  readonly declared: Set<string>;
  /** Where CMD, ENTRYPOINT and HEALTHCHECK stood last in this stage. */
  readonly last: Map<string, SourceRange>;
  /** Instructions that wait for the next FROM. */
  triggers: readonly string[];
  hasShell: boolean;
  hasWorkdir: boolean;
}

/** The state at the beginning of a stage on an earlier one. The last that does takes what it has, the others a copy. */
export function continueStage(base: StageState, isLast: boolean): StageState {
  const taken = isLast ? {} : { env: new Map(base.env), declared: new Set(base.declared) };
  return { ...base, ...taken, last: new Map() };
}

/** The state at the beginning of a stage: on an image, or nothing. */
export function beginStage(base: BaseFacts | "scratch" | undefined): StageState {
  const config = base === undefined || base === "scratch" ? {} : base.config;
  const env = new Map(
    (config.Env ?? []).map((entry): [string, string] => {
      const equals = entry.indexOf("=");
      return equals < 0 ? [entry, ""] : [entry.slice(0, equals), entry.slice(equals + 1)];
    }),
  );
  if (!env.has("PATH")) env.set("PATH", DEFAULT_PATH);
  return {
    known: base !== undefined,
    env,
    declared: new Set(),
    last: new Map(),
    triggers: config.OnBuild ?? [],
    hasShell: (config.Shell ?? []).length > 0,
    hasWorkdir: false,
  };
}
