import { readFileSync } from "node:fs";
import { errnoOf, errorText } from "../../base/index.ts";
import { CliError } from "../cli-error.ts";

/** Where names without a value get one from. */
export type Environment = Readonly<Record<string, string | undefined>>;

/** Checks one `-e`: `K=V`, or `K` alone. */
export function checkEnv(text: string): string {
  if (text === "" || text.startsWith("=")) throw new Error(`invalid environment variable: ${text}`);
  return text;
}

/** Checks one `-l`. */
export function checkLabel(text: string): string {
  if (text.split("=", 1)[0] === "") throw new Error(`invalid label '${text}': empty name`);
  return text;
}

/** The environment of `--env-file` and `-e`: files first; a bare `K` of `-e` takes the caller's value and stays bare when there is none. */
export function toEnv(files: readonly string[], values: readonly string[], env: Environment): string[] {
  const fromFiles = files.flatMap((file) => parseKeyValueFile(file, (name) => env[name]));
  return [...fromFiles, ...values.map((value) => fillEnv(value, env))];
}

function fillEnv(value: string, env: Environment): string {
  if (value.includes("=")) return value;
  const found = env[value];
  return found === undefined ? value : `${value}=${found}`;
}

/** The labels of `--label-file` and `-l`; the last of equal names wins. A bare name in a file is left out, as by Docker. */
export function toLabels(files: readonly string[], values: readonly string[]): Record<string, string> {
  return toPairs([...files.flatMap((file) => parseKeyValueFile(file, () => undefined)), ...values]);
}

/** `k=v` texts as an object; `k` alone has the empty value; the last of equal keys wins. */
export function toPairs(texts: readonly string[]): Record<string, string> {
  // Not by assignment: `__proto__` is a key like any other.
  return Object.fromEntries(
    texts.map((text) => {
      const at = text.indexOf("=");
      return at < 0 ? [text, ""] : [text.slice(0, at), text.slice(at + 1)];
    }),
  );
}

/** Reads a file of `K=V` lines: `#` comments, leading space cut, no quotes. A bare `K` takes `lookup(K)`, or is left out. */
export function parseKeyValueFile(path: string, lookup: (name: string) => string | undefined): string[] {
  const lines = readText(path)
    .replace(/^\uFEFF/, "")
    .split("\n");
  const found: string[] = [];
  for (const raw of lines) {
    const line = raw.replace(/\r$/, "").trimStart();
    if (line === "" || line.startsWith("#")) continue;
    const at = line.indexOf("=");
    const name = at < 0 ? line : line.slice(0, at);
    if (name === "") throw fileError(path, `no variable name on line '${line}'`);
    if (/\s/.test(name)) throw fileError(path, `variable '${name}' contains whitespaces`);
    if (at >= 0) {
      found.push(line);
      continue;
    }
    const value = lookup(name);
    if (value !== undefined) found.push(`${name}=${value}`);
  }
  return found;
}

function readText(path: string): string {
  try {
    return new TextDecoder("utf-8", { fatal: true, ignoreBOM: true }).decode(readFileSync(path));
  } catch (error) {
    if (errnoOf(error) === "ENOENT") throw new CliError(`open ${path}: no such file or directory`);
    if (errnoOf(error) === "EISDIR") throw fileError(path, `read ${path}: is a directory`);
    if (error instanceof TypeError) throw fileError(path, "contains invalid UTF-8 bytes");
    throw new CliError(`open ${path}: ${errorText(error)}`, { cause: error });
  }
}

function fileError(path: string, reason: string): CliError {
  return new CliError(`invalid env file (${path}): ${reason}`);
}
