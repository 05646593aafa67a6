import { readFileSync } from "node:fs";
import { errnoOf, errorText } from "../../base/index.ts";
import { CliError } from "../cli-error.ts";

/** What `--security-opt` values become in a request. */
export interface SecurityRequest {
  readonly options: string[];
  /** `systempaths=unconfined`: nothing of /proc and /sys is hidden. */
  readonly openSystemPaths: boolean;
}

/** Reads `--security-opt` values; a seccomp profile's file is put in as compact JSON. Throws {@link CliError} with Docker's texts. */
export function parseSecurityOptions(values: readonly string[]): SecurityRequest {
  let openSystemPaths = false;
  const options: string[] = [];
  for (const value of values) {
    if (value === "systempaths=unconfined") {
      openSystemPaths = true;
      continue;
    }
    const [, key = "", setting = ""] = /^([^=:]*)[=:](.*)$/s.exec(value) ?? [];
    if (key === "" && value !== "no-new-privileges") throw invalid(`Invalid --security-opt: "${value}"`);
    const inline = key === "seccomp" && !["unconfined", "builtin"].includes(setting);
    options.push(inline ? `seccomp=${readProfile(setting)}` : value);
  }
  return { options, openSystemPaths };
}

function readProfile(path: string): string {
  let text: string;
  try {
    text = readFileSync(path, "utf8");
  } catch (error) {
    const reason = errnoOf(error) === "ENOENT" ? `open ${path}: no such file or directory` : errorText(error);
    throw invalid(`opening seccomp profile (${path}) failed: ${reason}`);
  }
  try {
    return JSON.stringify(JSON.parse(text));
  } catch (error) {
    throw invalid(`compacting json for seccomp profile (${path}) failed: ${errorText(error)}`);
  }
}

/** Reads `--log-opt` values. The driver `none` takes no options. */
export function parseLogOptions(driver: string, values: readonly string[]): Record<string, string> {
  if (driver === "none" && values.length > 0) throw invalid("invalid logging opts for driver none");
  const options: Record<string, string> = {};
  for (const value of values) {
    const [key = ""] = value.split("=", 1);
    options[key] = value.slice(key.length + 1);
  }
  return options;
}

/** Reads `--storage-opt` values. */
export function parseStorageOptions(values: readonly string[]): Record<string, string> {
  const options: Record<string, string> = {};
  for (const value of values) {
    const at = value.indexOf("=");
    if (at < 0) throw invalid("invalid storage option");
    options[value.slice(0, at)] = value.slice(at + 1);
  }
  return options;
}

function invalid(message: string): CliError {
  return new CliError(message);
}
