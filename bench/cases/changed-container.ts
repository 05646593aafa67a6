import { closeSync, openSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { REMOVED_FOLDER, REPOSITORY } from "../inputs/create-inputs.ts";
import { runCommand } from "../measure/run-command.ts";
import type { Tool } from "../tools/tool.ts";
import type { Case, CaseContext, Trial } from "./case.ts";
import { call, callAtEnd, engines, importImage, ROOT } from "./steps.ts";

const NAME = "strake-bench-changed";
/** Podman and Buildah share their containers' names. */
const WORKING = `${NAME}-buildah`;
const RESULT = `${REPOSITORY}/committed:1`;

/** What is done with a container that has 6,000 changed files (140 MB) on an image of 170 MB. */
export const changedContainerCases: readonly Case[] = [
  {
    name: "commit",
    title: "`commit` of a container with 6,000 changed files (140 MB)",
    writes: true,
    trials: (tools, context) => tools.map((tool) => commitTrial(tool, context)),
  },
  {
    name: "diff",
    title: "`diff` of that container",
    trials: (tools, context) =>
      engines(tools).map((tool) => ({
        label: tool.name,
        tool,
        setUp: () => makeContainer(tool, context),
        command: tool.command("diff", NAME),
      })),
  },
];

/**
 * Each run finds one more changed file, so that no run finds the layer of the one before. The images stay until the
 * end: some file systems are slow to make files in the minutes after many were removed.
 */
function commitTrial(tool: Tool, context: CaseContext): Trial {
  const container = tool.name === "buildah" ? WORKING : NAME;
  const mark = join(context.folder, `mark-${tool.name}`);
  let runs = 0;
  const before = async () => {
    writeFileSync(mark, String(++runs));
    const words =
      tool.name === "buildah"
        ? ["add", container, tool.path(mark), "/mark"]
        : ["cp", tool.path(mark), `${container}:/mark`];
    await call(tool, context, ...words);
  };
  const after = async () => {
    const id = await call(tool, context, "images", "-q", RESULT);
    context.cleanup.defer(() => runCommand(tool.command("rmi", "-f", id)).catch(() => undefined));
  };
  const quiet = tool.name === "podman" || tool.name === "buildah" ? ["-q"] : [];
  return {
    label: tool.name,
    tool,
    setUp: () =>
      tool.name === "buildah" ? makeWorkingContainer(tool, context) : makeContainer(tool, context),
    before,
    command: tool.command("commit", ...quiet, container, RESULT),
    after,
  };
}

async function makeContainer(tool: Tool, context: CaseContext): Promise<void> {
  await importImage(tool, context, ROOT);
  callAtEnd(tool, context, "rm", "-f", NAME);
  await call(tool, context, "run", "--network", "none", "--name", NAME, ROOT, "rm", "-r", REMOVED_FOLDER);
  const archive = openSync(context.inputs.changes(), "r");
  try {
    await runCommand(tool.command("cp", "-", `${NAME}:/`), { signal: context.signal, stdin: archive });
  } finally {
    closeSync(archive);
  }
}

async function makeWorkingContainer(tool: Tool, context: CaseContext): Promise<void> {
  const [base, image] = [`${WORKING}-base`, `${ROOT}-buildah`];
  callAtEnd(tool, context, "rmi", "-f", image);
  callAtEnd(tool, context, "rm", base);
  await call(tool, context, "from", "--name", base, "scratch");
  await call(tool, context, "add", base, tool.path(context.inputs.root()), "/");
  await call(tool, context, "commit", "-q", base, image);
  callAtEnd(tool, context, "rm", WORKING);
  await call(tool, context, "from", "--name", WORKING, image);
  await call(tool, context, "run", "--network", "none", WORKING, "--", "rm", "-r", REMOVED_FOLDER);
  await call(tool, context, "add", WORKING, tool.path(context.inputs.changes()), "/");
}
