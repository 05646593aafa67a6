import { explainFailure } from "./explain-failure.ts";
import { openBuild } from "./open-build.ts";
import type { PlanStep } from "./report.ts";
import type { BuildCallOptions, BuildRequest } from "./request.ts";
import type { RoomContext } from "./room-context.ts";
import { planSteps } from "./solve/planner.ts";

/** Says of each step of the targets whether the cache has it. Throws `BuildError`. */
export async function planBuild(
  context: RoomContext,
  request: BuildRequest,
  options: BuildCallOptions = {},
): Promise<PlanStep[]> {
  const open = await openBuild(context, request, options);
  try {
    const steps: PlanStep[] = [];
    for (const platform of open.platforms) {
      const { table, vertex } = await open.target(platform);
      steps.push(...(await planSteps(vertex, { ...open.solving(platform), table })));
    }
    return steps;
  } catch (error) {
    throw explainFailure(error, { dockerfile: open.inputs.dockerfile, linesOf: () => undefined });
  } finally {
    await open.close();
  }
}
