import { existsSync } from "node:fs";
import { join } from "node:path";
import { findProcesses, listTree } from "../measure/process-tree.ts";
import { runCommand } from "../measure/run-command.ts";
import { pathWithin, splitWrapper, TOOL_NAMES, type Tool, type ToolName } from "./tool.ts";

type Environment = Readonly<Record<string, string | undefined>>;

/** The tools that were found, and for each that was not, why. */
export interface FoundTools {
  readonly tools: readonly Tool[];
  readonly missing: readonly string[];
}

/**
 * Finds strake and the tools to compare it with. `folder` is the bench's own folder, which will hold strake's data.
 * Throws when there is no strake to run.
 */
export async function findTools(
  only: readonly string[],
  folder: string,
  env: Environment,
): Promise<FoundTools> {
  const strake = findStrake(folder, env);
  const tools: Tool[] = [];
  const missing: string[] = [];
  for (const name of TOOL_NAMES) {
    if (only.length > 0 && !only.includes(name)) continue;
    const tool = name === "strake" ? strake : findPeer(name, env);
    const version = await readVersion(tool).catch((error: unknown) => String(error));
    if (typeof version === "string") missing.push(`${name}: ${version}`);
    else tools.push({ ...tool, ...version });
  }
  return { tools, missing };
}

type Unversioned = Omit<Tool, "version">;

function findStrake(folder: string, env: Environment): Unversioned {
  const built = join(import.meta.dir, "../../dist/strake");
  const words = toWords(env.STRAKE_BIN) ?? [built];
  if (words[0] === built && !existsSync(built)) {
    throw new Error("dist/strake is missing: run scripts/build.sh, or set STRAKE_BIN");
  }
  const own = { STRAKE_ROOT: join(folder, "strake"), STRAKE_RUN: join(folder, "run") };
  return {
    name: "strake",
    wrapper: splitWrapper(words, "strake"),
    command: (...args) => ({ argv: [...words, ...args], env: own }),
    path: (path) => path,
    daemons: [],
  };
}

function findPeer(name: Exclude<ToolName, "strake">, env: Environment): Unversioned {
  const words = toWords(env[`BENCH_${name.toUpperCase()}`]) ?? [name];
  const root = name === "docker" ? undefined : env.BENCH_PODMAN_ROOT;
  return {
    name,
    wrapper: splitWrapper(words, name),
    command: (...args) => ({ argv: [...words, ...args] }),
    path: (path) => pathWithin(path, root),
    daemons: name === "docker" ? findDockerDaemons() : [],
  };
}

/** dockerd with what it started (containerd); none when there are several engines, as it is unknown whose is whose. */
function findDockerDaemons(): readonly number[] {
  const [pid, ...others] = findProcesses("dockerd");
  return pid === undefined || others.length > 0 ? [] : listTree(pid);
}

async function readVersion(tool: Unversioned): Promise<{ version: string }> {
  const ask = async (...args: string[]) => (await runCommand(tool.command(...args))).stdout.trim();
  if (tool.name !== "docker") return { version: await ask("--version") };
  const engine = await ask("version", "--format", "{{.Server.Version}}");
  return { version: `${await ask("--version")}, engine ${engine}` };
}

function toWords(text: string | undefined): readonly string[] | undefined {
  const words = (text ?? "").split(/\s+/).filter((word) => word !== "");
  return words.length === 0 ? undefined : words;
}
