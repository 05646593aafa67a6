import { rmSync } from "node:fs";
import { join } from "node:path";
import { BIG_TAG } from "../inputs/create-inputs.ts";
import { runCommand } from "../measure/run-command.ts";
import type { Tool } from "../tools/tool.ts";
import type { Case, CaseContext, Trial } from "./case.ts";
import { call, engines, ROOT } from "./steps.ts";

/** Images into and out of archives. */
export const archiveCases: readonly Case[] = [
  {
    name: "import",
    title: "`import` of a root of 8,700 entries (170 MB)",
    writes: true,
    trials: (tools, context) => engines(tools).map((tool) => importTrial(tool, context)),
  },
  {
    name: "load",
    title: "`load` of an image of 310 MB in four layers",
    writes: true,
    trials: (tools, context) => engines(tools).map((tool) => loadTrial(tool, context)),
  },
  {
    name: "load-again",
    title: "`load` of the same archive when the image is there",
    trials: (tools, context) =>
      engines(tools).map((tool) => ({ ...loadedTrial(tool, context), command: loadCommand(tool, context) })),
  },
  {
    name: "save",
    title: "`save` of that image",
    trials: (tools, context) => engines(tools).map((tool) => saveTrial(tool, context)),
  },
];

function importTrial(tool: Tool, context: CaseContext): Trial {
  return {
    label: tool.name,
    tool,
    setUp: async () => removeAtEnd(tool, context, ROOT),
    command: tool.command("import", tool.path(context.inputs.root()), ROOT),
    after: async () => {
      await call(tool, context, "rmi", "-f", ROOT);
    },
  };
}

function loadTrial(tool: Tool, context: CaseContext): Trial {
  return {
    label: tool.name,
    tool,
    setUp: async () => removeAtEnd(tool, context, BIG_TAG),
    command: loadCommand(tool, context),
    after: async () => {
      await call(tool, context, "rmi", "-f", BIG_TAG);
    },
  };
}

function saveTrial(tool: Tool, context: CaseContext): Trial {
  const file = join(context.folder, `saved-${tool.name}.tar`);
  const remove = () => rmSync(file, { force: true });
  return {
    ...loadedTrial(tool, context),
    command: tool.command("save", "-o", tool.path(file), BIG_TAG),
    after: async () => remove(),
  };
}

function loadedTrial(tool: Tool, context: CaseContext): Pick<Trial, "label" | "tool" | "setUp"> {
  const setUp = async () => {
    removeAtEnd(tool, context, BIG_TAG);
    await runCommand(loadCommand(tool, context), { signal: context.signal });
  };
  return { label: tool.name, tool, setUp };
}

function loadCommand(tool: Tool, context: CaseContext) {
  return tool.command("load", "-i", tool.path(context.inputs.big()));
}

/** The image may be gone by then. */
function removeAtEnd(tool: Tool, context: CaseContext, image: string): void {
  context.cleanup.defer(() => runCommand(tool.command("rmi", "-f", image)).catch(() => undefined));
}
