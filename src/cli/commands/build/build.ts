import { command } from "../../command.ts";
import { asBuildFailure } from "./build-failed.ts";
import { BUILD_FLAGS } from "./build-flags.ts";
import { readBuild } from "./read-build.ts";
import { runBuild } from "./run-build.ts";
import { runCall } from "./run-call.ts";
import { runPlan } from "./run-plan.ts";

/** `strake image build`. */
export const imageBuild = command({
  usage: "[OPTIONS] PATH | URL | -",
  flags: BUILD_FLAGS,
  args: { min: 1, max: 1 },
  async run(call) {
    if (call.flags.debug) call.io.settings.debug = true;
    try {
      const build = await readBuild(call);
      if (build.call.kind !== "build") return await runCall(build, call.io);
      return call.flags.plan ? await runPlan(build, call.io) : await runBuild(build, call);
    } catch (error) {
      throw asBuildFailure(error);
    }
  },
});
