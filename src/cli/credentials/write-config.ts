import { mkdirSync, readFileSync, realpathSync } from "node:fs";
import { dirname } from "node:path";
import { errnoOf, errorText, writeFileAtomic } from "../../base/index.ts";
import { CliError } from "../cli-error.ts";
import type { Io } from "../io/io.ts";
import type { AuthEntry } from "./auth-entry.ts";

type Json = Readonly<Record<string, unknown>>;

/** Where `config.json` is. */
export function configPath(io: Io): string {
  return `${io.settings.configFolder}/config.json`;
}

/** Changes one entry of `auths` in `config.json`, removing it when `entry` is undefined; all else in the file stays. */
export function writeAuth(io: Io, key: string, entry: AuthEntry | undefined): void {
  const path = resolvedPath(configPath(io));
  const config = readConfig(path);
  const { [key]: _, ...auths } = toObject(config.auths);
  const changed = entry === undefined ? auths : { ...auths, [key]: entry };
  try {
    mkdirSync(dirname(path), { recursive: true, mode: 0o700 });
    writeFileAtomic(path, JSON.stringify({ ...config, auths: changed }, null, "\t"), { mode: 0o600 });
  } catch (error) {
    throw new CliError(`Error saving credentials: ${errorText(error)}`, { cause: error });
  }
}

/** A link keeps pointing where it does. */
function resolvedPath(path: string): string {
  try {
    return realpathSync(path);
  } catch {
    return path;
  }
}

function readConfig(path: string): Json {
  try {
    return toObject(JSON.parse(readFileSync(path, "utf8")));
  } catch (error) {
    if (errnoOf(error) === "ENOENT" || errnoOf(error) === "ENOTDIR") return {};
    throw new CliError(`Error saving credentials: ${path}: ${errorText(error)}`, { cause: error });
  }
}

function toObject(value: unknown): Json {
  return typeof value === "object" && value !== null && !Array.isArray(value) ? (value as Json) : {};
}
