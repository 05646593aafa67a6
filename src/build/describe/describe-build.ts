import { type Dockerfile, parseDockerfile } from "../../dockerfile/index.ts";
import { openInputs } from "../context/open-inputs.ts";
import { explainFailure } from "../explain-failure.ts";
import type { CheckReport, DockerfileText, OutlineReport, TargetsReport } from "../report.ts";
import type { BuildCallOptions, BuildRequest } from "../request.ts";
import type { RoomContext } from "../room-context.ts";
import { openSession } from "../solve/session.ts";
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
  { request, options }: Call,
  section: (dockerfile: Dockerfile, text: DockerfileText) => T,
): Promise<T> {
  const signal = options.signal ?? new AbortController().signal;
  const session = openSession(context, request, { signal, onEvent: options.onEvent });
  try {
    const inputs = await openInputs(session);
    try {
      const { text, name } = inputs.dockerfile;
      return section(parseDockerfile(text, { fileName: name }), inputs.dockerfile);
    } catch (error) {
      throw explainFailure(error, { dockerfile: inputs.dockerfile, linesOf: () => undefined });
    } finally {
      await inputs.close();
    }
  } finally {
    await session.close();
  }
}

export async function checkBuild(
  context: RoomContext,
  request: BuildRequest,
  options: BuildCallOptions = {},
): Promise<CheckReport> {
  return await withDockerfile(context, { request, options }, (_, dockerfile) => ({
    warnings: [],
    dockerfile,
  }));
}
