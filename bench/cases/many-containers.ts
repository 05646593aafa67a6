import { findByArgument, readProportionalMemory } from "../measure/process-tree.ts";
import { type Command, runCommand } from "../measure/run-command.ts";
import type { Tool } from "../tools/tool.ts";
import type { Case, CaseContext, Trial } from "./case.ts";
import { call, engines, importImage, TINY } from "./steps.ts";

const COUNT = 20;
const NAMES = Array.from({ length: COUNT }, (_, number) => `strake-bench-many-${number}`);

/** Containers that are started at once, each by a command of its own, and what they cost while they do nothing. */
export const manyContainers: Case = {
  name: `run-${COUNT}`,
  title: `${COUNT} times \`run -d --network bridge\` at once`,
  trials: (tools, context) => engines(tools).map((tool) => toTrial(tool, context)),
};

function toTrial(tool: Tool, context: CaseContext): Trial {
  const start = (name: string) =>
    tool.command("run", "-d", "--network", "bridge", "--name", name, TINY, "sleep", "100000");
  return {
    label: tool.name,
    tool,
    setUp: async () => {
      await importImage(tool, context, TINY);
      // A run that was interrupted leaves its containers; one that was not leaves none.
      context.cleanup.defer(() => runCommand(tool.command(...toRemove(tool))).catch(() => undefined));
    },
    command: together(NAMES.map(start)),
    idle: () => readIdle(tool, context),
    after: async () => {
      await call(tool, context, ...toRemove(tool));
    },
  };
}

/** One command that starts all of these and fails when one of them does. */
function together(commands: readonly Command[]): Command {
  const quote = (word: string) => `'${word.replaceAll("'", "'\\''")}'`;
  const lines = commands.map(({ argv }) => `${argv.map(quote).join(" ")} & pids="$pids $!"`);
  const script = ["pids=", ...lines, "for pid in $pids; do wait $pid || exit 1; done"].join("\n");
  return { ...commands[0], argv: ["sh", "-c", script] };
}

/** What the processes that hold a container need, on average: they are called with its ID. */
async function readIdle(tool: Tool, context: CaseContext): Promise<number> {
  const listed = await call(tool, context, "ps", "-q", "--no-trunc", "--filter", "name=strake-bench-many-");
  const ids = listed.split("\n").filter((id) => id !== "");
  if (ids.length !== COUNT) throw new Error(`${ids.length} of ${COUNT} containers run`);
  const holders = ids.flatMap(findByArgument);
  if (holders.length === 0) throw new Error("no process is called with a container's ID");
  return holders.reduce((sum, pid) => sum + readProportionalMemory(pid), 0) / COUNT;
}

/** Podman's `rm -f` would first wait ten seconds for a program that does not mind SIGTERM; the others kill at once. */
function toRemove(tool: Tool): readonly string[] {
  return ["rm", "-f", ...(tool.name === "podman" ? ["-t", "0"] : []), ...NAMES];
}
