import type { Rehearsal } from "../store/index.ts";
import { type AskedBuild, toBuildRequest } from "./default-request.ts";
import type {
  BuildReport,
  CachePruneRequest,
  CacheRecord,
  CheckReport,
  OutlineReport,
  PlanStep,
  PrunedCache,
  TargetsReport,
  VerifyReport,
  WhyReport,
} from "./report.ts";
import type { BuildCallOptions } from "./request.ts";
import type { RoomContext } from "./room-context.ts";

/** The builder on one store. */
export interface BuildRoom {
  /** Throws `BuildError`. */
  build(request: AskedBuild, options?: BuildCallOptions): Promise<BuildReport>;
  /** What a build would do, in the order of the Dockerfile; no step runs. */
  plan(request: AskedBuild, options?: BuildCallOptions): Promise<PlanStep[]>;
  /** Builds twice, the second time without the cache, and names the first difference. */
  verify(request: AskedBuild, options?: BuildCallOptions): Promise<VerifyReport>;
  check(request: AskedBuild, options?: BuildCallOptions): Promise<CheckReport>;
  outline(request: AskedBuild, options?: BuildCallOptions): Promise<OutlineReport>;
  targets(request: AskedBuild, options?: BuildCallOptions): Promise<TargetsReport>;
  /** Throws `notFound`. */
  why(image: string): Promise<WhyReport>;
  usage(filters: Readonly<Record<string, readonly string[]>>): Promise<CacheRecord[]>;
  prune(request: CachePruneRequest): Promise<PrunedCache>;
  /** What {@link BuildRoom.prune} would do. */
  rehearsePrune(request: CachePruneRequest): Promise<Rehearsal<CacheRecord>>;
  /** Undoes what builds that died were doing; cheap when there is nothing. */
  repair(): Promise<void>;
}

/** Opens the builder; its code is read in by the first call. */
export function openBuilds(context: RoomContext): BuildRoom {
  return {
    build: async (request, options) =>
      (await import("./build.ts")).build(context, toBuildRequest(request), options),
    plan: async (request, options) =>
      (await import("./plan-build.ts")).planBuild(context, toBuildRequest(request), options),
    verify: async (request, options) =>
      (await import("./verify/verify-build.ts")).verifyBuild(context, toBuildRequest(request), options ?? {}),
    check: async (request, options) =>
      (await import("./describe/describe-build.ts")).checkBuild(context, toBuildRequest(request), options),
    outline: async (request, options) =>
      (await import("./describe/describe-build.ts")).outlineBuild(context, toBuildRequest(request), options),
    targets: async (request, options) =>
      (await import("./describe/describe-build.ts")).targetsOfBuild(
        context,
        toBuildRequest(request),
        options,
      ),
    why: async (image) => (await import("./why.ts")).explainBuild(context, image),
    usage: async (filters) => (await import("./cache/maintain.ts")).cacheUsage(context, filters),
    prune: async (request) => (await import("./cache/maintain.ts")).pruneBuildCache(context, request),
    rehearsePrune: async (request) =>
      (await import("./cache/maintain.ts")).rehearseCachePrune(context, request),
    repair: async () => await (await import("./solve/repair-builds.ts")).repairBuilds(context),
  };
}
