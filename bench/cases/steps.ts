import { REPOSITORY, TINY_TAG } from "../inputs/create-inputs.ts";
import { runCommand } from "../measure/run-command.ts";
import type { Tool } from "../tools/tool.ts";
import type { CaseContext } from "./case.ts";

/** Reference of the small image, which has busybox alone. */
export const TINY = TINY_TAG;

/** Reference of the image with a root of 170 MB. */
export const ROOT = `${REPOSITORY}/root:1`;

/** Runs a command of a tool to its end, as part of setting up. */
export async function call(tool: Tool, context: CaseContext, ...args: readonly string[]): Promise<string> {
  return (await runCommand(tool.command(...args), { signal: context.signal })).stdout.trim();
}

/** Undoes at the end of the case, even when the user gave up. */
export function callAtEnd(tool: Tool, context: CaseContext, ...args: readonly string[]): void {
  context.cleanup.defer(() => runCommand(tool.command(...args)));
}

/** Imports an image for the time of the case. */
export async function importImage(tool: Tool, context: CaseContext, image: string): Promise<void> {
  const archive = image === TINY ? context.inputs.tiny() : context.inputs.root();
  callAtEnd(tool, context, "rmi", "-f", image);
  await call(tool, context, "import", tool.path(archive), image);
}

/** Those of the tools that can do what Docker's command line can. */
export function engines(tools: readonly Tool[]): readonly Tool[] {
  return tools.filter((tool) => tool.name !== "buildah");
}
