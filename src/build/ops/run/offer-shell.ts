import type { Step } from "./step.ts";
import type { StepError } from "./step-error.ts";
import { type StepSurroundings, writeStepSpec } from "./write-step-spec.ts";

/** Lets the caller look around in the place of a step that failed, if it wants to; returns when it has seen enough. */
export async function offerShell(
  step: Step,
  surroundings: StepSurroundings,
  error: StepError,
): Promise<void> {
  const { context, definition, runtime, id, cgroup, folders } = step;
  await context.request.onFailure?.({
    name: definition.args.join(" "),
    error,
    async run(args) {
      writeStepSpec(step, surroundings, { args, terminal: process.stdin.isTTY === true });
      // Not ended with the build: it is over already.
      const exit = await runtime.run({ id, bundle: folders.bundle, cgroup, stdio: "terminal" });
      return exit.exitCode;
    },
  });
}
