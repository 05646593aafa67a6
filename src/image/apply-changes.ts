import { posix } from "node:path";
import { EngineError } from "../base/index.ts";
import {
  type CommandLine,
  DockerfileError,
  type ExpandedInstruction,
  expandInstruction,
  type KeyValue,
  parseInstructions,
} from "../dockerfile/index.ts";
import type { ExecutionConfig } from "../oci/index.ts";

/** What `--change` may be. */
const KINDS: ReadonlySet<string> = new Set(
  "cmd entrypoint env expose healthcheck label onbuild stopsignal user volume workdir".split(" "),
);
const SOURCE = { escape: "\\", fileName: "--change" } as const;

/**
 * Applies Dockerfile instructions to a configuration, as `--change` of `commit` and `import` means them.
 * Throws `invalidArgument` with Docker's texts.
 */
export function applyChanges(config: ExecutionConfig, changes: readonly string[]): ExecutionConfig {
  try {
    return applyInstructions(config, changes.join("\n"));
  } catch (error) {
    if (!(error instanceof DockerfileError)) throw error;
    throw new EngineError("invalidArgument", toCommitText(error.reason), { cause: error });
  }
}

function applyInstructions(config: ExecutionConfig, source: string): ExecutionConfig {
  let result: ExecutionConfig = config;
  let cmdSet = false;
  for (const written of parseInstructions(source, { ...SOURCE, accept: checkKeyword })) {
    const { instruction } = expandInstruction(written, (name) => lookUp(result.Env, name), SOURCE);
    result = { ...result, ...toChange(instruction, result) };
    if (instruction.kind === "cmd") cmdSet = true;
    // A command that came with the image was made for its old entry point.
    if (instruction.kind === "entrypoint" && !cmdSet) result = { ...result, Cmd: [] };
  }
  return result;
}

function checkKeyword(keyword: string): void {
  if (KINDS.has(keyword.toLowerCase())) return;
  throw new EngineError("invalidArgument", `${keyword} is not a valid change command`);
}

function toChange(instruction: ExpandedInstruction, config: ExecutionConfig): Partial<ExecutionConfig> {
  switch (instruction.kind) {
    case "cmd":
      return { Cmd: toCommand(instruction.command, config) };
    case "entrypoint": {
      const { command } = instruction;
      const empty = command.form === "shell" && command.line === "";
      return { Entrypoint: empty ? [] : toCommand(command, config) };
    }
    case "env":
      return { Env: withEnvironment(config, instruction.pairs) };
    case "expose":
      return { ExposedPorts: { ...config.ExposedPorts, ...toKeys(instruction.ports) } };
    case "healthcheck":
      return { Healthcheck: instruction.health };
    case "label": {
      const pairs = instruction.pairs.map(({ key, value }) => [key, value]);
      return { Labels: { ...config.Labels, ...Object.fromEntries(pairs) } };
    }
    case "onbuild":
      return { OnBuild: [...(config.OnBuild ?? []), instruction.trigger] };
    case "stopsignal":
      return { StopSignal: instruction.signal };
    case "user":
      return { User: instruction.user };
    case "volume":
      return { Volumes: { ...config.Volumes, ...toKeys(instruction.paths) } };
    case "workdir":
      return { WorkingDir: posix.resolve("/", config.WorkingDir ?? "", instruction.path) };
    default:
      return {};
  }
}

function toCommand(command: CommandLine, config: ExecutionConfig): readonly string[] {
  if (command.form === "exec") return command.words;
  return [...(config.Shell ?? ["/bin/sh", "-c"]), ...(command.line === "" ? [] : [command.line])];
}

/** Replaces variables in place and appends new ones. */
function withEnvironment(config: ExecutionConfig, pairs: readonly KeyValue[]): string[] {
  const entries = [...(config.Env ?? [])];
  for (const { key, value } of pairs) {
    const at = entries.findIndex((entry) => entry === key || entry.startsWith(`${key}=`));
    if (at < 0) entries.push(`${key}=${value}`);
    else entries[at] = `${key}=${value}`;
  }
  return entries;
}

function lookUp(entries: readonly string[] = [], name: string): string | undefined {
  return entries.find((entry) => entry.startsWith(`${name}=`))?.slice(name.length + 1);
}

function toKeys(names: readonly string[]): Record<string, object> {
  return Object.fromEntries(names.map((name) => [name, {}]));
}

/** Docker words mistakes in ports otherwise for a commit than for a build. */
function toCommitText(reason: string): string {
  return reason
    .replace(/^invalid port: "(.*)": no port specified$/, "No port specified: $1<empty>")
    .replace(/^invalid port: ".*": (?=invalid)/, "")
    .replace(/^invalid (?=containerPort|hostPort|proto|ranges|IP)/, "Invalid ");
}
