import { readFileSync } from "node:fs";
import { errnoOf, errorText } from "../base/index.ts";
import type { AuthEntry } from "./credentials/auth-entry.ts";
import type { Io } from "./io/io.ts";

/** The keys of Docker's `config.json` that Strake's commands heed. */
export interface ConfigFile {
  readonly psFormat?: string;
  readonly imagesFormat?: string;
  readonly statsFormat?: string;
  readonly networksFormat?: string;
  readonly volumesFormat?: string;
  readonly detachKeys?: string;
  readonly pruneFilters?: readonly string[];
  readonly auths?: Readonly<Record<string, AuthEntry>>;
  readonly credsStore?: string;
  readonly credHelpers?: Readonly<Record<string, string>>;
  readonly proxies?: Readonly<Record<string, Readonly<Record<string, string>>>>;
}

const known = new WeakMap<Io, ConfigFile>();

/** Reads `config.json` of the config folder; a missing file has no keys. One that cannot be read is warned of, once, and has none either. */
export function readConfigFile(io: Io): ConfigFile {
  const config = known.get(io) ?? loadConfigFile(io);
  known.set(io, config);
  return config;
}

function loadConfigFile(io: Io): ConfigFile {
  const path = `${io.settings.configFolder}/config.json`;
  const warn = (problem: string): ConfigFile => {
    io.err(`WARNING: Error ${problem}\n`);
    return {};
  };
  let text: string;
  try {
    text = readFileSync(path, "utf8");
  } catch (error) {
    if (errnoOf(error) === "ENOENT" || errnoOf(error) === "ENOTDIR") return {};
    return warn(`loading config file: ${path}: ${errorText(error)}`);
  }
  try {
    const value: unknown = JSON.parse(text);
    if (typeof value === "object" && value !== null) return value as ConfigFile;
    return warn(`parsing config file (${path}): it is no JSON object`);
  } catch (error) {
    return warn(`parsing config file (${path}): ${errorText(error)}`);
  }
}

/** The environment that `proxies` of the config file adds to a new container, for names that `given` has not. */
export function proxyEnv(config: ConfigFile, given: readonly string[]): string[] {
  const proxies = config.proxies?.default ?? {};
  const names = {
    httpProxy: "HTTP_PROXY",
    httpsProxy: "HTTPS_PROXY",
    noProxy: "NO_PROXY",
    ftpProxy: "FTP_PROXY",
    allProxy: "ALL_PROXY",
  };
  const known = new Set(given.map((entry) => entry.split("=", 1)[0]));
  return Object.entries(names).flatMap(([key, name]) => {
    const value = proxies[key];
    if (value === undefined || value === "") return [];
    return [name, name.toLowerCase()].filter((each) => !known.has(each)).map((each) => `${each}=${value}`);
  });
}
