import { writeFileSync } from "node:fs";
import type { Case, CaseContext, Trial } from "./cases/case.ts";
import { measureMemory } from "./measure/measure-memory.ts";
import { readDirty } from "./measure/process-tree.ts";
import { runCommand } from "./measure/run-command.ts";
import type { CaseResult, TrialResult } from "./result.ts";
import type { Tool } from "./tools/tool.ts";

export interface CaseOptions {
  readonly tools: readonly Tool[];
  readonly runs: number;
  readonly memory: boolean;
  readonly cold: boolean;
  /** Milliseconds that each tool's wrapper costs. */
  readonly wrappers: ReadonlyMap<string, number>;
}

interface Progress {
  readonly trial: Trial;
  readonly runs: number[];
  readonly syncs: number[];
  readonly unwritten: number[];
  memory: TrialResult["memory"];
  idle?: number | undefined;
  failure: string | undefined;
}

/**
 * Runs one case: every contender is set up, then they take turns, once unmeasured and then `runs` times, then once
 * more for their memory. A contender that fails is left out from there on. Throws when the user gives up.
 */
export async function runCase(what: Case, options: CaseOptions, context: CaseContext): Promise<CaseResult> {
  const all = what.trials(options.tools, context).map((trial): Progress => {
    return { trial, runs: [], syncs: [], unwritten: [], memory: undefined, failure: undefined };
  });
  const eachInTurn = async (step: (each: Progress) => Promise<void>) => {
    for (const each of all) {
      if (each.failure !== undefined) continue;
      await step(each).catch((error: unknown) => {
        context.signal.throwIfAborted();
        each.failure = error instanceof Error ? error.message : String(error);
      });
    }
  };
  await eachInTurn(async ({ trial }) => trial.setUp?.());
  for (let run = -1; run < options.runs; run++) {
    await eachInTurn((each) => runOnce(each, run >= 0, { what, options, context }));
  }
  if (options.memory) await eachInTurn((each) => measureOnce(each, context));
  return { name: what.name, title: what.title, trials: all.map((each) => toResult(each, options)) };
}

interface Surroundings {
  readonly what: Case;
  readonly options: CaseOptions;
  readonly context: CaseContext;
}

async function runOnce(
  each: Progress,
  counts: boolean,
  { what, options, context }: Surroundings,
): Promise<void> {
  const { trial, runs, syncs, unwritten } = each;
  await trial.before?.();
  await sync(context);
  if (options.cold) writeFileSync("/proc/sys/vm/drop_caches", "3");
  const { milliseconds } = await runCommand(trial.command, { signal: context.signal });
  const dirty = what.writes === true ? readDirty() : 0;
  const synced = what.writes === true ? await sync(context) : 0;
  if (counts) {
    runs.push(milliseconds);
    if (what.writes === true) {
      unwritten.push(dirty);
      syncs.push(synced);
    }
  }
  await trial.after?.();
}

async function measureOnce(each: Progress, context: CaseContext): Promise<void> {
  const { trial } = each;
  await trial.before?.();
  each.memory = await measureMemory(trial.command, trial.tool.daemons, { signal: context.signal });
  each.idle = await trial.idle?.();
  await trial.after?.();
}

async function sync(context: CaseContext): Promise<number> {
  return (await runCommand({ argv: ["sync"] }, { signal: context.signal })).milliseconds;
}

function toResult({ trial, ...measured }: Progress, options: CaseOptions): TrialResult {
  return {
    label: trial.label,
    ...measured,
    tool: trial.tool.name,
    wrapper: options.wrappers.get(trial.tool.name) ?? 0,
  };
}
