import { newId } from "../base/index.ts";
import { parseNewName } from "../image/index.ts";
import { formatReference, type Platform } from "../oci/index.ts";
import { recordBuild, toWhyStep } from "./cache/build-table.ts";
import { cacheLimit, limitCache } from "./cache/limit.ts";
import { exportCaches } from "./cache/remote/export-caches.ts";
import { explainFailure } from "./explain-failure.ts";
import { exportTargets } from "./export/export-targets.ts";
import type { Target } from "./frontend/target.ts";
import type { VertexId } from "./graph/definition.ts";
import { type OpenBuild, openBuild } from "./open-build.ts";
import type { BuildReport, BuiltImage, LineRange } from "./report.ts";
import type { BuildCallOptions, BuildRequest } from "./request.ts";
import type { RoomContext } from "./room-context.ts";
import type { Outcome } from "./solve/outcome.ts";
import { eventTime } from "./solve/session.ts";
import { Solver } from "./solve/solver.ts";

/** A target whose vertices are solved. */
export interface SolvedTarget {
  readonly target: Target;
  readonly outcomes: readonly Outcome[];
}

/**
 * Builds the target for each platform and gives it to the outputs. Throws `BuildError`; all that is left of a build
 * that failed are the steps that succeeded, in the cache.
 */
export async function build(
  context: RoomContext,
  request: BuildRequest,
  options: BuildCallOptions = {},
): Promise<BuildReport> {
  const names = request.tags.map(parseNewName);
  const limit = cacheLimit();
  const open = await openBuild(context, request, options);
  const solvers = new Map<Platform, Solver>();
  const started = Date.now();
  let images: readonly BuiltImage[] = [];
  let failed = true;
  try {
    const warnings = open.warnings();
    const solving = open.platforms.map((platform) => solve(open, platform, solvers));
    const solved = await all(solving);
    images = await exportTargets(open.session, solved, names);
    for (const solver of solvers.values()) solver.finish();
    await exportCaches(open.session, solved);
    failed = false;
    return {
      images,
      names: names.map(formatReference),
      warnings,
      dockerfile: open.inputs.dockerfile,
      steps: [...solvers.values()].flatMap(({ outcomes }) => toSteps(outcomes)),
    };
  } catch (error) {
    throw explainFailure(open.session.failure() ?? error, {
      dockerfile: open.inputs.dockerfile,
      linesOf: (vertex) => findLines(solvers.values(), vertex as VertexId),
    });
  } finally {
    for (const [platform, { outcomes }] of solvers) {
      const project = open.project(platform);
      const image = failed ? undefined : images[open.platforms.indexOf(platform)]?.id;
      const status = failed ? "failed" : "done";
      recordBuild(context.store, { id: newId().slice(0, 25), started, project, status, image, outcomes });
    }
    await open.close();
    await limitCache(context, limit);
  }
}

async function solve(
  open: OpenBuild,
  platform: Platform,
  solvers: Map<Platform, Solver>,
): Promise<SolvedTarget> {
  const target = await open.target(platform);
  for (const { id, label } of target.table.values()) {
    if (label.name === "") continue;
    open.session.emit({ kind: "planned", vertex: id, name: label.name, time: eventTime() });
  }
  const solver = new Solver({ ...open.solving(platform), table: target.table });
  solvers.set(platform, solver);
  await solver.solve(target.vertex);
  return { target, outcomes: solver.outcomes };
}

/** Waits for all, also when one fails; nothing goes on while what it uses is closed. */
async function all<T>(running: readonly Promise<T>[]): Promise<T[]> {
  const settled = await Promise.allSettled(running);
  return settled.map((each) => {
    if (each.status === "rejected") throw each.reason;
    return each.value;
  });
}

function findLines(solvers: Iterable<Solver>, vertex: VertexId): LineRange | undefined {
  for (const { table } of solvers) {
    const found = table.get(vertex);
    if (found !== undefined) return found.label.lines;
  }
  return undefined;
}

function toSteps(outcomes: readonly Outcome[]) {
  return outcomes.flatMap(({ vertex, status, reasons, milliseconds }) =>
    status === "source" ? [] : [toWhyStep({ name: vertex.label.name, status, reasons, milliseconds })],
  );
}
