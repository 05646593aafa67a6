import type { Memory } from "./measure/measure-memory.ts";

/** What was measured of one contender in one case; times in milliseconds, sizes in bytes. */
export interface TrialResult {
  readonly label: string;
  readonly tool: string;
  readonly runs: readonly number[];
  /** Median cost of the wrapper that the tool is called through; it is part of each run. */
  readonly wrapper: number;
  readonly memory: Memory | undefined;
  /** What each container that was left running costs, without its own program. */
  readonly idle?: number | undefined;
  /** For a case that writes: what a `sync` right behind each run took, and the bytes that were not on disk by then. */
  readonly syncs: readonly number[];
  readonly unwritten: readonly number[];
  /** Why there are no runs. */
  readonly failure: string | undefined;
}

export interface CaseResult {
  readonly name: string;
  readonly title: string;
  readonly trials: readonly TrialResult[];
}

/** What a run of the bench found, with what it ran on. */
export interface BenchResult {
  readonly facts: readonly (readonly [string, string])[];
  readonly runs: number;
  readonly cases: readonly CaseResult[];
}
