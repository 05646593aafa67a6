import { EngineError } from "../../base/index.ts";
import type { Dockerfile, Lookup, StageInstruction } from "../../dockerfile/index.ts";
import type { VertexId } from "../graph/definition.ts";
import type { VertexLabel } from "../graph/vertex.ts";
import type { BuildRequest } from "../request.ts";
import type { GraphDraft } from "./graph.ts";
import type { StageState } from "./stage-state.ts";

/** What the instructions of a stage are read with. */
export interface StageContext {
  readonly graph: GraphDraft;
  readonly request: BuildRequest;
  readonly dockerfile: Dockerfile;
  /** What `ARG NAME` takes from outside its stage: platform arguments and the ARGs before the first FROM. */
  readonly globalArgs: Readonly<Record<string, string>>;
  /** Shown in names when several platforms are built. */
  readonly platformPrefix: string;
  /** The files that `--from` means; of the build context when it is undefined. */
  source(from: string | undefined, state: StageState): Promise<VertexId>;
  /** True when the results of this stage may not come from the cache. */
  ignoresCache(state: StageState): boolean;
}

/** Looks variables up where an instruction of the stage stands now. */
export function lookupOf(state: StageState): Lookup {
  return (name) => state.environment.get(name);
}

/** An instruction that becomes a step. */
export interface ShownInstruction {
  /** On one line, with its variables replaced. */
  readonly shown: string;
  readonly instruction: Pick<StageInstruction, "original" | "range">;
}

/** The label of the stage's next step, which this counts. */
export function nextLabel(
  context: StageContext,
  state: StageState,
  { shown, instruction }: ShownInstruction,
): VertexLabel {
  state.step += 1;
  const stage = state.displayName === "" ? "" : `${state.displayName} `;
  return {
    name: `[${context.platformPrefix}${stage}${placeOf(state.step, state.steps)}] ${shown}`,
    stage: state.displayName,
    step: state.step,
    text: instruction.original,
    lines: [instruction.range.start.line, instruction.range.end.line],
  };
}

/** The place of a step among those of its stage: `2/3`, ` 2/12`. */
export function placeOf(step: number, steps: number): string {
  return `${String(step).padStart(String(steps).length)}/${steps}`;
}

/** Makes a path absolute, as the instructions of a stage mean it; a slash at the end stays. */
export function absolutePath(state: StageState, path: string): string {
  const folder = path === "" || path === "." || path.endsWith("/") || path.endsWith("/.");
  const full = cleanPath(path.startsWith("/") ? path : `${state.config.WorkingDir || "/"}/${path}`);
  return folder && full !== "/" ? `${full}/` : full;
}

/** An absolute path without `.`, `..` and repeated slashes; `..` stops at the root. */
export function cleanPath(path: string): string {
  const names: string[] = [];
  for (const name of path.split("/")) {
    if (name === "..") names.pop();
    else if (name !== "" && name !== ".") names.push(name);
  }
  return `/${names.join("/")}`;
}

/** An instruction that needs more than this machine or request gives. */
export function refused(message: string, hint?: string): EngineError {
  return new EngineError("notImplemented", message, hint === undefined ? {} : { hint });
}
