import { readFileSync } from "node:fs";
import { errnoOf, errorText } from "../base/index.ts";
import { CliError } from "./cli-error.ts";
import type { Io } from "./io/io.ts";

/** The keys of Docker's `config.json` that Strake's commands heed. */
export interface ConfigFile {
  readonly psFormat?: string;
  readonly imagesFormat?: string;
  readonly statsFormat?: string;
  readonly detachKeys?: string;
  readonly pruneFilters?: readonly string[];
  readonly proxies?: Readonly<Record<string, Readonly<Record<string, string>>>>;
}

/** Reads `config.json` of the config folder; a missing file has no keys. Throws {@link CliError} for one that is no JSON. */
export function readConfigFile(io: Io): ConfigFile {
  const path = `${io.settings.configFolder}/config.json`;
  let text: string;
  try {
    text = readFileSync(path, "utf8");
  } catch (error) {
    if (errnoOf(error) === "ENOENT" || errnoOf(error) === "ENOTDIR") return {};
    throw new CliError(`loading config file: ${path}: ${errorText(error)}`);
  }
  try {
    return JSON.parse(text) as ConfigFile;
  } catch (error) {
    throw new CliError(`parsing config file (${path}): ${errorText(error)}`);
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
