import type { Digest, Platform } from "../oci/index.ts";

/** One image that a build made. */
export interface BuiltImage {
  readonly platform: Platform;
  /** Image ID: the digest of its config. */
  readonly id: Digest;
}

/** First and last line, from 1. */
export type LineRange = readonly [first: number, last: number];

/** One finding of a build check. */
export interface BuildWarning {
  /** BuildKit's name of the rule, such as `FromAsCasing`. */
  readonly rule: string;
  /** What is wrong here: `'as' and 'FROM' keywords' casing do not match`. */
  readonly message: string;
  /** What the rule is about, the same for all its findings. */
  readonly description: string;
  /** Where the rule is explained; empty if nowhere. */
  readonly url: string;
  readonly lines: LineRange | undefined;
}

/** The Dockerfile that a report is about. */
export interface DockerfileText {
  /** As the user named it: `Dockerfile`, `docker/app.Dockerfile`. */
  readonly name: string;
  readonly text: string;
}

/** What `build` gives. */
export interface BuildReport {
  /** One for each platform, in their order; empty when no output keeps an image. */
  readonly images: readonly BuiltImage[];
  /** Digest of the index over several platforms. */
  readonly index?: Digest;
  /** Full names that the image got: `docker.io/library/hello:v0.1`. */
  readonly names: readonly string[];
  readonly warnings: readonly BuildWarning[];
  readonly dockerfile: DockerfileText;
  /** Each step of the target, in the order of the Dockerfile, with what became of it. */
  readonly steps: readonly WhyStep[];
}

/** What a build would do with one step. */
export interface PlanStep {
  /** `[stage 2/3] RUN make`. */
  readonly name: string;
  /** `unknown` for a step above a miss, whose key depends on what the missing step will give. */
  readonly status: "hit" | "miss" | "unknown";
  /** Why not a hit, in a person's words; empty for a hit. */
  readonly reason: string;
}

/** One part of a cache key that was not what it had been. */
export interface KeyChange {
  /** Name of the part: `args`, `env`, `files`, `parent`, … */
  readonly part: string;
  /** Undefined when there was none. */
  readonly before: string | undefined;
  /** Undefined when there is none any more. */
  readonly after: string | undefined;
}

/** What became of one step of a build, and why. */
export interface WhyStep {
  readonly name: string;
  readonly status: "cached" | "ran" | "failed" | "cancelled";
  /** In a person's words, most telling first: `index.js changed (size 20 → 41)`; empty for a cached step. */
  readonly reasons: readonly string[];
  /** The same for programs. */
  readonly changes: readonly KeyChange[];
  /** Milliseconds. */
  readonly duration: number;
}

/** The last build of an image, explained. */
export interface WhyReport {
  readonly image: string;
  /** Milliseconds since the epoch. */
  readonly builtAt: number;
  readonly steps: readonly WhyStep[];
}

/** What `check` gives. */
export interface CheckReport {
  readonly warnings: readonly BuildWarning[];
  readonly dockerfile: DockerfileText;
  /** Why the Dockerfile could not be checked to its end. */
  readonly error?: { readonly message: string; readonly lines: LineRange | undefined };
}

/** Something that a target can be given. */
export interface OutlineItem {
  readonly name: string;
  readonly lines: LineRange | undefined;
}

export interface OutlineArg extends OutlineItem {
  /** Of the comment above it. */
  readonly description: string;
  readonly value: string | undefined;
}

export interface OutlineSecret extends OutlineItem {
  readonly required: boolean;
}

/** What can be passed to a target. */
export interface OutlineReport {
  /** Name of the target; empty for a stage without one. */
  readonly name: string;
  readonly description: string;
  readonly args: readonly OutlineArg[];
  readonly secrets: readonly OutlineSecret[];
  readonly ssh: readonly OutlineSecret[];
  readonly dockerfile: DockerfileText;
}

/** One stage that can be a target. */
export interface TargetStage extends OutlineItem {
  readonly description: string;
  readonly base: string;
  /** `--platform` of its FROM. */
  readonly platform: string;
  /** The one that is built when none is asked for. */
  readonly default: boolean;
}

/** The stages of a Dockerfile. */
export interface TargetsReport {
  readonly targets: readonly TargetStage[];
  readonly dockerfile: DockerfileText;
}

/** One record of the build cache. Sizes are bytes, times milliseconds since the epoch. */
export interface CacheRecord {
  readonly id: string;
  readonly parents: readonly string[];
  readonly createdAt: number;
  /** Undefined when it was never used again. */
  readonly lastUsedAt: number | undefined;
  readonly usageCount: number;
  /** Can change between builds, as a cache mount does. */
  readonly mutable: boolean;
  /** No build uses it now. */
  readonly reclaimable: boolean;
  /** Its layer is part of an image or of another record, so that its removal frees nothing. */
  readonly shared: boolean;
  readonly size: number;
  readonly description: string;
  readonly type:
    | "regular"
    | "internal"
    | "frontend"
    | "source.local"
    | "source.git.checkout"
    | "exec.cachemount";
}

/** What `prune` is asked. Bytes; zero means not asked for. */
export interface CachePruneRequest {
  /** Also records that images or other records stand on. */
  readonly all: boolean;
  /** `until=24h`, `id`, `parent`, `type`, `description`, `inuse`, `mutable`, `immutable`, `shared`, `private`. */
  readonly filters: Readonly<Record<string, readonly string[]>>;
  /** This much of the cache stays. */
  readonly reservedSpace: number;
  /** Nothing goes while the cache is smaller. */
  readonly maxUsedSpace: number;
  /** Nothing goes while more of the disk is free. */
  readonly minFreeSpace: number;
}

/** What `prune` took away. */
export interface PrunedCache {
  readonly removed: readonly CacheRecord[];
  readonly reclaimed: number;
}

/** The first thing in which two builds of the same inputs differ. */
export interface BuildDifference {
  /** The step whose layer differs: `RUN date > /now`. */
  readonly step: string;
  /** Absolute, inside the image; empty when it is no file. */
  readonly path: string;
  /** In a person's words: `content`, `mode 644 -> 755`. */
  readonly what: string;
}

/** What `verify` gives. */
export interface VerifyReport {
  /** Of the first build. */
  readonly report: BuildReport;
  /** Undefined when both gave the same. */
  readonly difference: BuildDifference | undefined;
}
