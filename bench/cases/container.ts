import { runCommand } from "../measure/run-command.ts";
import type { Tool } from "../tools/tool.ts";
import type { Case, CaseContext, Trial } from "./case.ts";
import { call, engines, importImage, TINY } from "./steps.ts";

const NAME = "strake-bench-container";
const START = ["run", "-d", "--network", "none", "--name", NAME, TINY, "sleep", "100000"];

/** Starting, entering and removing a container that goes on running. */
export const containerCases: readonly Case[] = [
  {
    name: "run-detached",
    title: "`run -d --network none`",
    trials: (tools, context) =>
      engines(tools).map((tool) => ({
        ...imageTrial(tool, context),
        command: tool.command(...START),
        after: () => remove(tool, context),
      })),
  },
  {
    name: "rm-running",
    title: "`rm -f` of a running container",
    trials: (tools, context) =>
      engines(tools).map((tool) => ({
        ...imageTrial(tool, context),
        label: tool.name === "podman" ? "podman, with -t 0" : tool.name,
        before: () => start(tool, context),
        command: tool.command(...toRemove(tool)),
      })),
  },
  {
    name: "exec",
    title: "`exec CONTAINER true`",
    trials: (tools, context) =>
      engines(tools).map((tool) => ({
        ...imageTrial(tool, context),
        setUp: async () => {
          await prepare(tool, context);
          await start(tool, context);
        },
        command: tool.command("exec", NAME, "true"),
      })),
  },
];

function imageTrial(tool: Tool, context: CaseContext): Pick<Trial, "label" | "tool" | "setUp"> {
  return { label: tool.name, tool, setUp: () => prepare(tool, context) };
}

async function prepare(tool: Tool, context: CaseContext): Promise<void> {
  await importImage(tool, context, TINY);
  // A run that was interrupted leaves its container; one that was not leaves none.
  context.cleanup.defer(() => runCommand(tool.command(...toRemove(tool))).catch(() => undefined));
}

async function start(tool: Tool, context: CaseContext): Promise<void> {
  await call(tool, context, ...START);
}

/** Podman's `rm -f` would first wait ten seconds for a program that does not mind SIGTERM; the others kill at once. */
function toRemove(tool: Tool): readonly string[] {
  return ["rm", "-f", ...(tool.name === "podman" ? ["-t", "0"] : []), NAME];
}

async function remove(tool: Tool, context: CaseContext): Promise<void> {
  await call(tool, context, ...toRemove(tool));
}
