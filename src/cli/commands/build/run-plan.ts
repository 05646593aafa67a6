import type { Io } from "../../io/io.ts";
import { formatPlan } from "./explain.ts";
import type { ReadBuild } from "./read-build.ts";
import { withProgress } from "./with-progress.ts";

/** Says what a build would do; returns the exit status. */
export async function runPlan({ request }: ReadBuild, io: Io): Promise<number> {
  const { builds } = await io.engine();
  const steps = await withProgress("quiet", io, (options) =>
    builds.plan({ ...request, outputs: [] }, options),
  );
  io.out(formatPlan(steps));
  return 0;
}
