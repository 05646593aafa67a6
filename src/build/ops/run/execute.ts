import { errorText, isEngineError, throwIfAborted } from "../../../base/index.ts";
import { endLease, takeLease } from "../../../store/index.ts";
import type { RunDefinition } from "../../graph/definition.ts";
import type { StackResult } from "../../result.ts";
import type { OpContext } from "../op.ts";
import { type StepSnapshot, withStepSnapshot } from "../step-snapshot.ts";
import { keepKernelFolders } from "./kernel-folders.ts";
import { makeFolder, makeMountPoints, removeMountPoints } from "./mount-points.ts";
import { createOutputTail, type OutputTail } from "./output-tail.ts";
import { createStep, removeStep, type Step } from "./step.ts";
import { exitReason, StepError } from "./step-error.ts";
import { writeStepFiles } from "./step-files.ts";
import { checkEntitlements, connectStep } from "./step-network.ts";
import { checkStepRoot, type StepSurroundings, writeStepSpec } from "./write-step-spec.ts";

/** Kind of the leases on steps that are executed; the path is the step's cgroup, whose last name is its ID. */
export const STEP_LEASE = "step";

/** Executes a RUN. Throws a {@link StepError} when its process fails; whatever happens, nothing of it stays. */
export async function executeRun(definition: RunDefinition, context: OpContext): Promise<StackResult> {
  checkEntitlements(definition, context.request);
  const { top } = context.stack(definition.base);
  return await withStepSnapshot(context, top, (snapshot) => runOn(snapshot, definition, context));
}

async function runOn(snapshot: StepSnapshot, definition: RunDefinition, context: OpContext): Promise<void> {
  const { store, layers } = context;
  const step = createStep(context, definition, snapshot);
  const lease = takeLease(store, STEP_LEASE, step.cgroup);
  try {
    await layers.snapshots.mount(step.id, snapshot.target, { disposable: true });
    checkStepRoot(step);
    await runMounted(step);
    await layers.snapshots.unmount(snapshot.target);
    keepKernelFolders(step);
  } finally {
    await removeStep(context, step);
    endLease(store, lease);
  }
}

async function runMounted(step: Step): Promise<void> {
  const { definition, snapshot } = step;
  const network = await connectStep(step);
  const surroundings = { network, mounts: writeStepFiles(step), sshSocket: undefined, secretEnv: [] };
  makeFolder(snapshot.target, definition.cwd || "/");
  const points = makeMountPoints(snapshot.target, []);
  await runProcess(step, surroundings);
  removeMountPoints(snapshot.target, points);
}

async function runProcess(step: Step, surroundings: StepSurroundings): Promise<void> {
  const { context, definition } = step;
  const tail = createOutputTail();
  writeSpec(step, surroundings, tail);
  const { id, runtime, cgroup, folders } = step;
  const exit = await runtime.run(
    {
      id,
      bundle: folders.bundle,
      cgroup,
      stdio: {
        onOutput(stream, data) {
          tail.add(data);
          context.log(stream, data);
        },
      },
    },
    { signal: context.signal },
  );
  if (exit.exitCode === 0) return;
  throw new StepError(definition, exitReason(exit), { exitCode: exit.exitCode, output: tail.text() });
}

/** A user that is not there is a failure of the step, in BuildKit's words. */
function writeSpec(step: Step, surroundings: StepSurroundings, tail: OutputTail): void {
  throwIfAborted({ signal: step.context.signal });
  try {
    writeStepSpec(step, surroundings);
  } catch (cause) {
    if (!isEngineError(cause, "invalidArgument")) throw cause;
    throw new StepError(step.definition, errorText(cause), { cause, output: tail.text() });
  }
}
