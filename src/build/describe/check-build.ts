import { isEngineError, type SourceRange } from "../../base/index.ts";
import {
  type BaseFacts,
  type CheckResult,
  type CheckWarning,
  checkDockerfile,
  type Dockerfile,
  DockerfileError,
  type IgnoreMatcher,
  parseDockerfile,
  type Stage,
} from "../../dockerfile/index.ts";
import { hostPlatform, type Platform } from "../../oci/index.ts";
import { type BuildInputs, definitionVertex } from "../context/open-inputs.ts";
import { checkSyntax } from "../frontend/check-syntax.ts";
import { findTarget } from "../frontend/find-target.ts";
import { platformArgs } from "../frontend/platform-args.ts";
import type { BuildWarning, CheckReport, LineRange } from "../report.ts";
import type { RoomContext } from "../room-context.ts";
import { eventTime, type Session } from "../solve/session.ts";

/** What is checked. */
export interface Checked {
  readonly dockerfile: Dockerfile;
  /** What the context leaves out. */
  readonly ignored: IgnoreMatcher | undefined;
  readonly platform: Platform;
}

/** Runs the build checks on a Dockerfile, or on what one stage of it needs, with what is known of its base images without fetching any. */
export function runChecks(
  session: Session,
  { dockerfile, ignored, platform }: Checked,
  target?: Stage,
): CheckResult {
  const { request } = session;
  return checkDockerfile(dockerfile, {
    buildArgs: request.buildArgs,
    ...(ignored === undefined ? {} : { ignore: ignored }),
    ...(target === undefined ? {} : { target }),
    platform,
    platformArgs: platformArgs(hostPlatform(), platform, request.target || dockerfile.stages.at(-1)?.name),
    baseImage: (_stage, base) => findBase(session, base),
  });
}

/** Shows what the checks have found in what is built, and throws when the Dockerfile wants that to fail the build. */
export function reportChecks(session: Session, checked: Checked): BuildWarning[] {
  const target = findTarget(checked.dockerfile, session.request.target);
  const { warnings, violation } = runChecks(session, checked, target);
  const texts = new Set<string>();
  const found = warnings.map(toWarning).filter((warning) => {
    const text = JSON.stringify([warning.message, warning.lines]);
    return !texts.has(text) && texts.add(text);
  });
  for (const warning of found) {
    session.emit({ kind: "warning", vertex: definitionVertex(session.request), warning, time: eventTime() });
  }
  if (violation !== undefined) throw violation;
  return found;
}

/** The checks alone; what keeps the Dockerfile from being read is part of the report. */
export function checkInputs(session: Session, inputs: BuildInputs, platform: Platform): CheckReport {
  const { dockerfile } = inputs;
  try {
    const parsed = parseDockerfile(dockerfile.source, { fileName: dockerfile.name });
    checkSyntax(parsed, session.request.buildArgs);
    const { warnings, error } = runChecks(session, { dockerfile: parsed, ignored: inputs.ignored, platform });
    const sorted = warnings.toSorted((a, b) => a.range.start.line - b.range.start.line);
    return { warnings: sorted.map(toWarning), dockerfile, ...(error === undefined ? {} : toError(error)) };
  } catch (error) {
    if (!isEngineError(error)) throw error;
    return { warnings: [], dockerfile, ...toError(error) };
  }
}

function findBase({ images }: Pick<RoomContext, "images">, base: string): BaseFacts | undefined {
  try {
    const { config } = images.resolve(base);
    return { config: config.config ?? {}, platform: config };
  } catch (error) {
    if (isEngineError(error)) return undefined;
    throw error;
  }
}

function toWarning({ rule, message, description, url, range }: CheckWarning): BuildWarning {
  return { rule, message, description, url, lines: toLines(range) };
}

function toError(error: Error): Pick<CheckReport, "error"> {
  const range = error instanceof DockerfileError ? error.ranges[0] : undefined;
  return { error: { message: error.message, lines: range === undefined ? undefined : toLines(range) } };
}

function toLines({ start, end }: SourceRange): LineRange {
  return [start.line, end.line];
}
