import type { WorkdirInstruction } from "../../dockerfile/index.ts";
import { absolutePath, cleanPath, nextLabel, type StageContext } from "./stage-context.ts";
import type { StageState } from "./stage-state.ts";

/** Sets the working folder, and adds the vertex that makes it. */
export function applyWorkdir(
  context: StageContext,
  state: StageState,
  { instruction, shown }: { readonly instruction: WorkdirInstruction; readonly shown: string },
): void {
  const path = cleanPath(absolutePath(state, instruction.path));
  state.config = { ...state.config, WorkingDir: path };
  const createdBy = `WORKDIR ${path}`;
  const label = nextLabel(context, state, { shown, instruction });
  if (path === "/") {
    state.history.push({ createdBy, vertex: undefined });
    return;
  }
  const definition = {
    op: "workdir",
    base: state.vertex,
    path,
    user: state.config.User ?? "",
  } as const;
  state.vertex = context.graph.add(definition, label, { ignoreCache: context.ignoresCache(state) });
  state.history.push({ createdBy, vertex: state.vertex });
}
