import { errorText, isEngineError } from "../../../base/index.ts";
import { endLease, takeLease } from "../../../store/index.ts";
import type { RunDefinition } from "../../graph/definition.ts";
import type { StackResult } from "../../result.ts";
import type { OpContext } from "../op.ts";
import { type StepSnapshot, withStepSnapshot } from "../step-snapshot.ts";
import { foreignProgramHint } from "./foreign-program.ts";
import { keepKernelFolders } from "./kernel-folders.ts";
import { makeFolder, makeMountPoints, removeMountPoints } from "./mount-points.ts";
import { prepareMounts } from "./mounts/prepare-mounts.ts";
import type { Release } from "./mounts/step-mount.ts";
import { offerShell } from "./offer-shell.ts";
import { createOutputTail } from "./output-tail.ts";
import { makeFolders, removeStep, type Step, toStep } from "./step.ts";
import { exitReason, memoryHint, StepError } from "./step-error.ts";
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
  const step = toStep(context, definition, snapshot);
  const lease = takeLease(store, STEP_LEASE, step.cgroup);
  const releases: Release[] = [];
  try {
    makeFolders(step);
    await layers.snapshots.mount(step.id, snapshot.target, { disposable: true, forStep: true });
    checkStepRoot(step);
    await runMounted(step, releases);
    await layers.snapshots.unmount(snapshot.target);
    keepKernelFolders(step);
  } finally {
    await removeStep(context, step);
    for (const release of releases.toReversed()) await release();
    endLease(store, lease);
  }
}

async function runMounted(step: Step, releases: Release[]): Promise<void> {
  const { definition, snapshot } = step;
  const { targets, ...prepared } = await prepareMounts(step, releases);
  const surroundings: StepSurroundings = {
    ...prepared,
    network: await connectStep(step),
    mounts: [...writeStepFiles(step), ...prepared.mounts],
  };
  makeFolder(snapshot.target, definition.cwd || "/");
  const points = makeMountPoints(snapshot.target, targets);
  await runProcess(step, surroundings);
  removeMountPoints(snapshot.target, points);
}

async function runProcess(step: Step, surroundings: StepSurroundings): Promise<void> {
  const { id, runtime, cgroup, folders, context, definition, snapshot } = step;
  writeSpec(step, surroundings);
  const tail = createOutputTail();
  const onOutput = (stream: "stdout" | "stderr", data: Uint8Array): void => {
    tail.add(data);
    context.log(stream, data);
  };
  const exit = await runtime.run(
    { id, bundle: folders.bundle, cgroup, stdio: { onOutput } },
    { signal: context.signal },
  );
  if (exit.exitCode === 0) return;
  const { exitCode } = exit;
  const output = tail.text();
  const { args, env } = definition;
  const hint = /exec format error\s*$/i.test(output)
    ? foreignProgramHint(snapshot.target, args, env)
    : memoryHint(exit, context.request.limits);
  const error = new StepError(definition, exitReason(exit), { exitCode, output, hint });
  await offerShell(step, surroundings, error);
  throw error;
}

/** A user that is not there is a failure of the step, in BuildKit's words. */
function writeSpec(step: Step, surroundings: StepSurroundings): void {
  try {
    writeStepSpec(step, surroundings);
  } catch (cause) {
    if (!isEngineError(cause, "invalidArgument")) throw cause;
    throw new StepError(step.definition, errorText(cause), { cause, output: "" });
  }
}
