import { appendFileSync, cpSync, rmSync } from "node:fs";
import { join } from "node:path";
import { REPOSITORY } from "../inputs/create-inputs.ts";
import { type Command, runCommand } from "../measure/run-command.ts";
import type { Tool } from "../tools/tool.ts";
import type { Case, CaseContext, Trial } from "./case.ts";
import { callAtEnd, importImage, TINY } from "./steps.ts";

const BUILT = `${REPOSITORY}/built:1`;

/** Builds; the same Dockerfile each time: it copies the context and runs a program that does nothing. */
export const buildCases: readonly Case[] = [
  {
    name: "build-cold",
    title: "`build` of a context of 10,000 files (185 MB) that is new",
    writes: true,
    trials: (tools, context) =>
      contenders(tools).map((contender) => ({
        ...buildTrial(contender, context, { folder: coldFolder(contender, context), flags: ["--no-cache"] }),
        before: async () => renew(context.inputs.bigContext(), coldFolder(contender, context)),
      })),
  },
  {
    name: "build-same",
    title: "`build` of that context again, nothing changed",
    trials: (tools, context) =>
      contenders(tools).map((each) => buildTrial(each, context, { folder: context.inputs.bigContext() })),
  },
  {
    name: "build-changed",
    title: "`build` of that context, one file changed",
    writes: true,
    trials: (tools, context) =>
      contenders(tools).map((contender) => ({
        ...buildTrial(contender, context, { folder: context.inputs.bigContext() }),
        before: async () => appendFileSync(join(context.inputs.bigContext(), "index.js"), "//\n"),
      })),
  },
  {
    name: "build-small",
    title: "`build` of a program of one file, nothing changed",
    trials: (tools, context) =>
      contenders(tools).map((each) => buildTrial(each, context, { folder: context.inputs.smallContext() })),
  },
];

interface Contender {
  readonly label: string;
  readonly tool: Tool;
  /** Variables for the tool itself. */
  readonly env?: Readonly<Record<string, string>>;
}

/** Docker has two builders. */
function contenders(tools: readonly Tool[]): readonly Contender[] {
  return tools.flatMap((tool): Contender[] => {
    if (tool.name !== "docker") return [{ label: tool.name, tool }];
    return [
      { label: "docker, BuildKit", tool, env: { DOCKER_BUILDKIT: "1" } },
      { label: "docker, classic", tool, env: { DOCKER_BUILDKIT: "0" } },
    ];
  });
}

interface Built {
  readonly folder: string;
  readonly flags?: readonly string[];
}

function buildTrial(contender: Contender, context: CaseContext, { folder, flags = [] }: Built): Trial {
  const { tool, label } = contender;
  const layers = tool.name === "buildah" ? ["--layers"] : [];
  const words = ["build", "-q", ...layers, ...flags, "-t", BUILT, tool.path(folder)];
  const command = withEnv(tool, tool.command(...words), contender.env);
  const setUp = async () => {
    // Buildah sees Podman's images, and both of Docker's builders the same ones.
    if (tool.name !== "buildah" && contender.env?.DOCKER_BUILDKIT !== "0") {
      await importImage(tool, context, TINY);
      callAtEnd(tool, context, "rmi", "-f", BUILT);
    }
    if (flags.length === 0) await runCommand(command, { signal: context.signal });
  };
  return { label, tool, command, setUp };
}

/** A wrapper may keep the environment from the tool, so the variables are set behind it. */
function withEnv(tool: Tool, command: Command, env: Contender["env"]): Command {
  if (env === undefined) return command;
  const words = Object.entries(env).map(([name, value]) => `${name}=${value}`);
  const at = tool.wrapper.length;
  return { ...command, argv: [...command.argv.slice(0, at), "env", ...words, ...command.argv.slice(at)] };
}

function coldFolder({ label }: Contender, { inputs }: CaseContext): string {
  return `${inputs.bigContext()}-${label.replaceAll(/\W+/g, "-")}`;
}

/** Files that nobody has seen: other inodes, other times. */
function renew(from: string, to: string): void {
  rmSync(to, { recursive: true, force: true });
  cpSync(from, to, { recursive: true, verbatimSymlinks: true });
}
