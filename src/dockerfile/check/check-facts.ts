import type { ExecutionConfig, Platform } from "../../oci/index.ts";
import type { Stage } from "../dockerfile.ts";
import type { IgnoreMatcher } from "../ignore-file.ts";

/** What is known of the image that a stage begins with. */
export interface BaseFacts {
  readonly config: ExecutionConfig;
  readonly platform?: Platform;
}

/** What the text of a Dockerfile does not say. Rules for which a fact is missing find less. */
export interface CheckFacts {
  readonly buildArgs?: Readonly<Record<string, string>>;
  /** `TARGETPLATFORM`, `BUILDOS` and their like, which FROM lines may use. */
  readonly platformArgs?: Readonly<Record<string, string>>;
  /** The platform of the build. */
  readonly platform?: Platform;
  /** The stage that is built: only what it needs is checked. All stages are when it is not given. */
  readonly target?: Stage;
  /** What the context leaves out. */
  readonly ignore?: IgnoreMatcher;
  /** The image of a stage whose base, expanded, is no earlier stage; undefined when it is not known. */
  readonly baseImage?: (stage: Stage, base: string) => BaseFacts | undefined;
}
