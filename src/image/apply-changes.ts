import { constants } from "node:os";
import { posix } from "node:path";
import { EngineError } from "../base/index.ts";
import type { ExecutionConfig } from "../oci/index.ts";
import { type ChangeLine, parseChangeLines, parseJsonForm, parsePairs, splitQuoted } from "./change-lines.ts";
import { expandWord, type Lookup } from "./expand-word.ts";
import { parseHealthcheck } from "./parse-health.ts";
import { parseExposedPorts } from "./port-spec.ts";

/**
 * Applies Dockerfile instructions to a configuration, as `--change` of `commit` and `import` means them.
 * No changes give the same configuration. Throws `invalidArgument` with Docker's texts.
 */
export function applyChanges(config: ExecutionConfig, changes: readonly string[]): ExecutionConfig {
  if (changes.length === 0) return config;
  const lines = parseChangeLines(changes);
  const unknown = lines.find(({ name }) => !Object.hasOwn(APPLY, name));
  if (unknown !== undefined) {
    throw new EngineError("invalidArgument", `${unknown.name} is not a valid change command`);
  }
  let result: ExecutionConfig = config;
  let cmdSet = false;
  for (const line of lines) {
    const flag = /^--[^\s=]*/.exec(line.rest)?.[0];
    if (flag !== undefined && flag !== "--" && line.name !== "HEALTHCHECK") {
      throw new EngineError("invalidArgument", `unknown flag: ${flag}`);
    }
    result = { ...result, ...APPLY[line.name]?.(line, result) };
    if (line.name === "CMD") cmdSet = true;
    // A command that came with the image was made for its old entry point.
    if (line.name === "ENTRYPOINT" && !cmdSet) result = { ...result, Cmd: [] };
  }
  return result;
}

type Apply = (line: ChangeLine, config: ExecutionConfig) => Partial<ExecutionConfig>;

const APPLY: Readonly<Record<string, Apply>> = {
  CMD: ({ rest }, config) => ({ Cmd: toCommand(rest, config) }),
  ENTRYPOINT: ({ rest }, config) => ({ Entrypoint: rest === "" ? [] : toCommand(rest, config) }),
  ENV: ({ name, rest }, config) => ({ Env: withEnvironment(config, expandedPairs(name, rest, config)) }),
  EXPOSE: ({ rest }, config) => {
    const words = splitQuoted(needSome("EXPOSE", rest)).map((word) => expandWord(word, lookupIn(config)));
    const ports = words.filter((word) => word !== "").flatMap(parseExposedPorts);
    return { ExposedPorts: { ...config.ExposedPorts, ...toKeys(ports.sort()) } };
  },
  HEALTHCHECK: ({ rest }) => ({ Healthcheck: parseHealthcheck(rest) }),
  LABEL: ({ name, rest }, config) => ({
    Labels: { ...config.Labels, ...Object.fromEntries(expandedPairs(name, rest, config)) },
  }),
  ONBUILD: ({ rest }, config) => ({ OnBuild: [...(config.OnBuild ?? []), toTrigger(rest)] }),
  STOPSIGNAL: ({ rest }, config) => ({ StopSignal: toSignal(expanded("STOPSIGNAL", rest, config)) }),
  USER: ({ rest }, config) => ({ User: expanded("USER", rest, config) }),
  VOLUME: ({ rest }, config) => {
    const words = parseJsonForm(rest) ?? splitQuoted(rest);
    if (words.length === 0) needSome("VOLUME", "");
    const paths = words.map((word) => expandWord(word, lookupIn(config)).trim());
    if (paths.includes("")) {
      throw new EngineError("invalidArgument", "VOLUME specified can not be an empty string");
    }
    return { Volumes: { ...config.Volumes, ...toKeys(paths) } };
  },
  WORKDIR: ({ rest }, config) => {
    const path = expanded("WORKDIR", rest, config);
    const whole = posix.resolve("/", config.WorkingDir ?? "", path);
    return { WorkingDir: whole };
  },
};

function toCommand(rest: string, config: ExecutionConfig): string[] {
  return parseJsonForm(rest) ?? [...(config.Shell ?? ["/bin/sh", "-c"]), ...(rest === "" ? [] : [rest])];
}

function expandedPairs(name: string, rest: string, config: ExecutionConfig): [string, string][] {
  const lookup = lookupIn(config);
  return parsePairs(name, rest).map(([key, value]) => [expandWord(key, lookup), expandWord(value, lookup)]);
}

/** Replaces variables in place and appends new ones. */
function withEnvironment(config: ExecutionConfig, pairs: readonly (readonly [string, string])[]): string[] {
  const entries = [...(config.Env ?? [])];
  for (const [key, value] of pairs) {
    const at = entries.findIndex((entry) => entry === key || entry.startsWith(`${key}=`));
    if (at < 0) entries.push(`${key}=${value}`);
    else entries[at] = `${key}=${value}`;
  }
  return entries;
}

function lookupIn(config: ExecutionConfig): Lookup {
  return (name) => config.Env?.find((entry) => entry.startsWith(`${name}=`))?.slice(name.length + 1);
}

function expanded(name: string, rest: string, config: ExecutionConfig): string {
  if (rest === "") throw new EngineError("invalidArgument", `${name} requires exactly one argument`);
  return expandWord(rest, lookupIn(config));
}

function needSome(name: string, rest: string): string {
  if (rest === "") throw new EngineError("invalidArgument", `${name} requires at least one argument`);
  return rest;
}

function toTrigger(rest: string): string {
  const name = /^\S*/.exec(needSome("ONBUILD", rest))?.[0]?.toUpperCase() ?? "";
  if (name === "ONBUILD") {
    throw new EngineError("invalidArgument", "Chaining ONBUILD via `ONBUILD ONBUILD` isn't allowed");
  }
  if (name === "FROM" || name === "MAINTAINER") {
    throw new EngineError("invalidArgument", `${name} isn't allowed as an ONBUILD trigger`);
  }
  return rest;
}

/** A signal stays as written; only its validity is checked. */
function toSignal(text: string): string {
  const name = `SIG${text.toUpperCase().replace(/^SIG/, "")}`;
  const realtime = /^SIGRT(?:MIN(?:\+(?:[1-9]|1[0-5]))?|MAX(?:-(?:[1-9]|1[0-4]))?)$/;
  const valid = /^\d+$/.test(text)
    ? Number(text) > 0
    : Object.hasOwn(constants.signals, name) || realtime.test(name);
  if (!valid) throw new EngineError("invalidArgument", `invalid signal: ${text}`);
  return text;
}

function toKeys(names: readonly string[]): Record<string, object> {
  return Object.fromEntries(names.map((name) => [name, {}]));
}
