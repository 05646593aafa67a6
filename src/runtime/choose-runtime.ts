import { readFileSync, statSync, writeFileSync } from "node:fs";
import { basename, join } from "node:path";
import { noRuntime, unknownRuntime } from "./errors.ts";
import { findProgram } from "./find-program.ts";
import { tryRuntime } from "./try-runtime.ts";

/** An OCI runtime program. */
export interface RuntimeProgram {
  readonly name: string;
  readonly path: string;
}

// crun is the faster one, but refuses some machines (such as those with hybrid cgroups).
const CANDIDATES = ["crun", "runc"];

/**
 * The OCI runtime to use: the one named (by name or path), else the first of crun and runc that starts here. What a
 * trial showed is kept in the folder `root` until the program changes; the trial itself takes place in the folder `run`.
 */
export function chooseRuntime({ root, run }: TrialFolders, name: string): RuntimeProgram {
  if (name !== "" && name !== "default") {
    const path = findProgram(name);
    if (path === undefined) throw unknownRuntime(name);
    return { name, path };
  }
  const programs = CANDIDATES.map(findProgram).filter((path) => path !== undefined);
  const last = programs.at(-1);
  if (last === undefined) throw noRuntime();
  const known = readTrials(root);
  const path = programs.find((candidate) => starts({ root, run, known }, candidate));
  if (path === undefined) throw noRuntime();
  return { name: basename(path), path };
}

interface TrialFolders {
  readonly root: string;
  readonly run: string;
}

interface Trials extends TrialFolders {
  readonly known: Readonly<Record<string, boolean>>;
}

function starts({ root, run, known }: Trials, path: string): boolean {
  const key = trialKey(path);
  const before = known[key];
  if (before !== undefined) return before;
  const works = tryRuntime(path, run);
  // In place, so that no crash leaves a temporary file; a damaged one does no harm.
  writeFileSync(trialsFile(root), JSON.stringify({ ...readTrials(root), [key]: works }), { mode: 0o600 });
  return works;
}

function trialKey(path: string): string {
  const { mtimeMs, size } = statSync(path);
  return `${path} ${mtimeMs} ${size}`;
}

function trialsFile(root: string): string {
  return join(root, "runtimes.json");
}

function readTrials(root: string): Record<string, boolean> {
  try {
    const value: unknown = JSON.parse(readFileSync(trialsFile(root), "utf8"));
    if (typeof value !== "object" || value === null) return {};
    return Object.fromEntries(Object.entries(value).filter(([, works]) => typeof works === "boolean"));
  } catch {
    // A trial file that is missing or damaged only costs another trial.
    return {};
  }
}
