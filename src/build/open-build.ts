import { type Dockerfile, parseDockerfile } from "../dockerfile/index.ts";
import { formatPlatform, hostPlatform, type Platform } from "../oci/index.ts";
import { createExplainer } from "./cache/explain.ts";
import type { CacheImport } from "./cache/import.ts";
import { openImports } from "./cache/remote/open-imports.ts";
import { type BuildInputs, openInputs } from "./context/open-inputs.ts";
import { reportChecks } from "./describe/check-build.ts";
import { sourceDateEpoch } from "./epoch.ts";
import { diffListings } from "./files/diff-listings.ts";
import { readTarget } from "./frontend/frontend.ts";
import { PROXY_ARGS } from "./frontend/platform-args.ts";
import type { Target } from "./frontend/target.ts";
import { createBuildOps } from "./ops/build-ops.ts";
import type { KeyParts } from "./ops/op.ts";
import { checkPlatforms, platformsOf } from "./platforms.ts";
import type { BuildWarning } from "./report.ts";
import type { BuildCallOptions, BuildRequest } from "./request.ts";
import { createImageResolver } from "./resolve-base.ts";
import type { RoomContext } from "./room-context.ts";
import { openSession, type Session } from "./solve/session.ts";
import type { SolverOptions } from "./solve/solver.ts";

/** A build whose contexts are open. */
export interface OpenBuild {
  readonly session: Session;
  readonly inputs: BuildInputs;
  readonly platforms: readonly Platform[];
  /** What the build checks found; they are shown and done at the first call. Throws when findings are to fail the build. */
  warnings(): readonly BuildWarning[];
  /** Reads the Dockerfile for one platform. Throws `DockerfileError`. */
  target(platform: Platform): Promise<Target>;
  /** What a solver of one platform needs beside its graph. */
  solving(platform: Platform): Omit<SolverOptions, "table">;
  /** Names what is built: builds of one project are compared with each other. */
  project(platform: Platform): string;
  close(): Promise<void>;
}

/** Begins a build: opens its contexts and reads its Dockerfile. What it holds ends with `close`. */
export async function openBuild(
  context: RoomContext,
  asked: BuildRequest,
  options: BuildCallOptions,
): Promise<OpenBuild> {
  const request = withProxyArgs(asked);
  checkPlatforms(request);
  const session = openSession(context, request, options);
  try {
    const inputs = await openInputs(session);
    return toOpenBuild(session, { inputs, imports: await openImports(session) });
  } catch (error) {
    await session.close();
    throw error;
  }
}

function toOpenBuild(
  session: Session,
  { inputs, imports }: { readonly inputs: BuildInputs; readonly imports: readonly CacheImport[] },
): OpenBuild {
  const { request } = session;
  const platforms = platformsOf(request);
  const resolveImage = createImageResolver(session);
  const epoch = sourceDateEpoch(request);
  const ops = createBuildOps(inputs);
  let parsed: Dockerfile | undefined;
  const dockerfile = (): Dockerfile => {
    parsed ??= parseDockerfile(inputs.dockerfile.source, { fileName: inputs.dockerfile.name });
    return parsed;
  };
  let warnings: readonly BuildWarning[] | undefined;
  const project = (platform: Platform) => JSON.stringify([inputs.project, formatPlatform(platform)]);
  const shared: KeyParts = epoch === undefined ? {} : { epoch };
  const asked: KeyParts = {
    network: request.network,
    extraHosts: request.extraHosts,
    hostname: request.buildArgs.BUILDKIT_SANDBOX_HOSTNAME ?? "",
  };
  return {
    session,
    inputs,
    platforms,
    warnings: () => {
      warnings ??= reportChecks(session, {
        dockerfile: dockerfile(),
        ignored: inputs.ignored,
        platform: platforms[0] ?? hostPlatform(),
      });
      return warnings;
    },
    target: async (platform) =>
      await readTarget(dockerfile(), {
        request,
        platform,
        buildPlatform: hostPlatform(),
        resolveImage,
        several: platforms.length > 1,
      }),
    solving: (platform) => ({
      session,
      ops,
      imports,
      explain: createExplainer(session.store, project(platform), {
        current: session.listing,
        diff: diffListings,
      }),
      shared,
      asked,
    }),
    project,
    close: async () => {
      await inputs.close();
      await session.close();
    },
  };
}

/** Proxy variables that come as build arguments are the steps' alone, unless the Dockerfile declares them. */
function withProxyArgs(request: BuildRequest): BuildRequest {
  const given = Object.entries(request.buildArgs).filter(([name]) => PROXY_ARGS.has(name));
  return { ...request, proxies: { ...request.proxies, ...Object.fromEntries(given) } };
}
