import { EngineError, errorText } from "../base/index.ts";
import {
  type DiffId,
  type ExecutionConfig,
  type HealthConfig,
  type HistoryEntry,
  type ImageConfig,
  parseDiffId,
} from "../oci/index.ts";

type Json = Readonly<Record<string, unknown>>;

/**
 * Reads an image config (OCI image-spec, config.md), leniently as Docker does: `null` and empty values are
 * as good as absent, unknown keys are ignored. Throws `invalidArgument` when a known key has a wrong type.
 */
export function parseImageConfig(bytes: Uint8Array): ImageConfig {
  const raw = parseObject(bytes);
  const rootfs = object(raw.rootfs, "rootfs");
  if (rootfs === undefined) throw new EngineError("invalidArgument", "invalid image JSON, no RootFS key");
  const history = list(raw.history, "history")?.map((entry) => toHistory(object(entry, "history") ?? {}));
  const config = object(raw.config, "config");
  return {
    ...strings(raw, [
      "created",
      "author",
      "variant",
      "os.version",
      "parent",
      "docker_version",
      "comment",
      "strake.buildcache.v1",
    ]),
    architecture: text(raw.architecture, "architecture") ?? "",
    os: text(raw.os, "os") ?? "linux",
    ...optional("os.features", texts(raw["os.features"], "os.features")),
    ...optional("config", config === undefined ? undefined : toExecutionConfig(config)),
    rootfs: { type: "layers", diff_ids: toDiffIds(rootfs.diff_ids) },
    ...optional("history", history),
  };
}

function parseObject(bytes: Uint8Array): Json {
  let raw: unknown;
  try {
    raw = JSON.parse(new TextDecoder("utf-8", { fatal: true }).decode(bytes));
  } catch (error) {
    throw new EngineError("invalidArgument", `invalid image config: ${errorText(error)}`, { cause: error });
  }
  const value = object(raw, "document");
  if (value === undefined) throw wrongType("document");
  return value;
}

function toDiffIds(value: unknown): DiffId[] {
  return (texts(value, "rootfs.diff_ids") ?? []).map(parseDiffId);
}

function toHistory(raw: Json): HistoryEntry {
  return {
    ...strings(raw, ["created", "created_by", "author", "comment"]),
    ...(raw.empty_layer === true ? { empty_layer: true } : {}),
  };
}

function toExecutionConfig(raw: Json): ExecutionConfig {
  const health = object(raw.Healthcheck, "Healthcheck");
  return {
    ...strings(raw, ["User", "WorkingDir", "StopSignal"]),
    ...optional("ExposedPorts", keys(raw.ExposedPorts, "ExposedPorts")),
    ...optional("Env", texts(raw.Env, "Env")),
    ...optional("Entrypoint", texts(raw.Entrypoint, "Entrypoint")),
    ...optional("Cmd", texts(raw.Cmd, "Cmd")),
    ...optional("Volumes", keys(raw.Volumes, "Volumes")),
    ...optional("Labels", labels(raw.Labels)),
    ...(raw.ArgsEscaped === true ? { ArgsEscaped: true } : {}),
    ...optional("Healthcheck", health === undefined ? undefined : toHealth(health)),
    ...optional("OnBuild", texts(raw.OnBuild, "OnBuild")),
    ...optional("Shell", texts(raw.Shell, "Shell")),
  };
}

function toHealth(raw: Json): HealthConfig {
  const numbers: Record<string, number> = {};
  for (const key of ["Interval", "Timeout", "StartPeriod", "StartInterval", "Retries"]) {
    const value = raw[key];
    if (value === undefined || value === null || value === 0) continue;
    if (typeof value !== "number") throw wrongType(`Healthcheck.${key}`);
    numbers[key] = value;
  }
  return { ...optional("Test", texts(raw.Test, "Healthcheck.Test")), ...numbers };
}

function labels(value: unknown): Readonly<Record<string, string>> | undefined {
  const raw = object(value, "Labels");
  if (raw === undefined || Object.keys(raw).length === 0) return undefined;
  return Object.fromEntries(Object.entries(raw).map(([key, each]) => [key, text(each, "Labels") ?? ""]));
}

function keys(value: unknown, name: string): Readonly<Record<string, object>> | undefined {
  const raw = object(value, name);
  if (raw === undefined || Object.keys(raw).length === 0) return undefined;
  return Object.fromEntries(Object.keys(raw).map((key) => [key, {}]));
}

function strings(raw: Json, names: readonly string[]): Record<string, string> {
  const found: Record<string, string> = {};
  for (const name of names) {
    const value = text(raw[name], name);
    if (value) found[name] = value;
  }
  return found;
}

function optional<K extends string, T>(key: K, value: T | undefined): { readonly [P in K]?: T } {
  if (value === undefined) return {};
  return { [key]: value } as { readonly [P in K]?: T };
}

function object(value: unknown, name: string): Json | undefined {
  if (value === undefined || value === null) return undefined;
  if (typeof value !== "object" || Array.isArray(value)) throw wrongType(name);
  return value as Json;
}

function list(value: unknown, name: string): readonly unknown[] | undefined {
  if (value === undefined || value === null) return undefined;
  if (!Array.isArray(value)) throw wrongType(name);
  return value;
}

function text(value: unknown, name: string): string | undefined {
  if (value === undefined || value === null) return undefined;
  if (typeof value !== "string") throw wrongType(name);
  return value;
}

function texts(value: unknown, name: string): readonly string[] | undefined {
  const found = list(value, name);
  if (found === undefined || found.length === 0) return undefined;
  return found.map((each) => text(each, name) ?? "");
}

function wrongType(name: string): EngineError {
  return new EngineError("invalidArgument", `invalid image config: wrong type of "${name}"`);
}
