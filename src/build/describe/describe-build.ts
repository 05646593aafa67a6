import { type Dockerfile, parseDockerfile } from "../../dockerfile/index.ts";
import { hostPlatform } from "../../oci/index.ts";
import { type BuildInputs, openInputs } from "../context/open-inputs.ts";
import { explainFailure } from "../explain-failure.ts";
import { platformsOf } from "../platforms.ts";
import type { CheckReport, DockerfileText, OutlineReport, TargetsReport } from "../report.ts";
import type { BuildCallOptions, BuildRequest } from "../request.ts";
import type { RoomContext } from "../room-context.ts";
import { openSession, type Session } from "../solve/session.ts";
import { checkInputs } from "./check-build.ts";
import { outlineTarget } from "./outline.ts";
import { listTargets } from "./targets.ts";

/** What can be passed to the target. Throws `BuildError`. */
export async function outlineBuild(
  context: RoomContext,
  request: BuildRequest,
  options: BuildCallOptions = {},
): Promise<OutlineReport> {
  return await withDockerfile(context, { request, options }, (dockerfile, text) =>
    outlineTarget(dockerfile, text, request),
  );
}

/** The stages that can be built. Throws `BuildError`. */
export async function targetsOfBuild(
  context: RoomContext,
  request: BuildRequest,
  options: BuildCallOptions = {},
): Promise<TargetsReport> {
  return await withDockerfile(context, { request, options }, (dockerfile, text) =>
    listTargets(dockerfile, text, request),
  );
}

interface Call {
  readonly request: BuildRequest;
  readonly options: BuildCallOptions;
}

async function withDockerfile<T>(
  context: RoomContext,
  call: Call,
  section: (dockerfile: Dockerfile, text: DockerfileText) => T,
): Promise<T> {
  return await withInputs(context, call, (_session, { dockerfile }) => {
    try {
      return section(parseDockerfile(dockerfile.source, { fileName: dockerfile.name }), dockerfile);
    } catch (error) {
      throw explainFailure(error, { dockerfile, linesOf: () => undefined });
    }
  });
}

async function withInputs<T>(
  context: RoomContext,
  { request, options }: Call,
  section: (session: Session, inputs: BuildInputs) => T,
): Promise<T> {
  const session = openSession(context, request, options);
  try {
    const inputs = await openInputs(session);
    try {
      return section(session, inputs);
    } finally {
      await inputs.close();
    }
  } finally {
    await session.close();
  }
}

/** What the build checks find; nothing is fetched or run. */
export async function checkBuild(
  context: RoomContext,
  request: BuildRequest,
  options: BuildCallOptions = {},
): Promise<CheckReport> {
  return await withInputs(context, { request, options }, (session, inputs) =>
    checkInputs(session, inputs, platformsOf(request)[0] ?? hostPlatform()),
  );
}
