import { runCommand } from "../measure/run-command.ts";
import { lessWrapper, summarize } from "../statistics.ts";
import type { Tool } from "./tool.ts";

const RUNS = 15;

/** Milliseconds (median) that a tool's wrapper adds to each call: `WRAPPER true` against `true`, interleaved. */
export async function measureWrapper(tool: Tool, signal: AbortSignal): Promise<number> {
  if (tool.wrapper.length === 0) return 0;
  const wrapped: number[] = [];
  const plain: number[] = [];
  for (let run = 0; run < RUNS; run++) {
    wrapped.push((await runCommand({ argv: [...tool.wrapper, "true"] }, { signal })).milliseconds);
    plain.push((await runCommand({ argv: ["true"] }, { signal })).milliseconds);
  }
  return lessWrapper(summarize(wrapped).median, summarize(plain).median);
}
