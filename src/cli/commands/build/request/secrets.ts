import { statSync } from "node:fs";
import { resolve } from "node:path";
import { goQuote, parseCsv } from "../../../../base/index.ts";
import type { SecretSource, SshSource } from "../../../../engine/index.ts";
import { CliError } from "../../../cli-error.ts";
import type { Io } from "../../../io/io.ts";
import { cannotBuild } from "../build-failed.ts";
import { splitPair } from "./split-pair.ts";

type World = Pick<Io, "env" | "cwd">;

/** Reads one `--secret`. A variable that is not set gives nothing: a step that needs it says so. Throws {@link CliError}. */
export function readSecret(text: string, { env, cwd }: World): readonly SecretSource[] {
  const { id, path, variable } = parseSecret(text);
  if (id === "") throw cannotBuild("secret missing ID");
  const name = variable !== "" ? variable : path === "" && env[id] !== undefined ? id : undefined;
  if (name !== undefined && path === "") {
    const value = env[name];
    return value === undefined ? [] : [{ id, kind: "env", value }];
  }
  const file = path === "" ? id : path;
  statOrFail(file, cwd, (problem) => cannotBuild(`failed to stat ${file}: ${problem}`));
  return [{ id, kind: "file", path: resolve(cwd, file) }];
}

function parseSecret(text: string) {
  const secret = { id: "", path: "", variable: "", type: "" };
  for (const field of text === "" ? [] : parseCsv(text)) {
    const [key, value] = splitPair(field);
    if (value === undefined) throw new CliError(`invalid field '${field}' must be a key=value pair`);
    switch (key.toLowerCase()) {
      case "type":
        if (value !== "file" && value !== "env") {
          throw new CliError(`unsupported secret type ${goQuote(value)}`);
        }
        secret.type = value;
        break;
      case "id":
        secret.id = value;
        break;
      case "source":
      case "src":
        secret.path = value;
        break;
      case "env":
        secret.variable = value;
        break;
      default:
        throw new CliError(`unexpected key '${key}' in '${field}'`);
    }
  }
  const pathIsVariable = secret.type === "env" && secret.variable === "";
  return pathIsVariable ? { ...secret, variable: secret.path, path: "" } : secret;
}

/** Reads one `--ssh`. Throws {@link CliError}. */
export function readSsh(text: string, { env, cwd }: World): SshSource {
  const [id, given] = splitPair(text);
  const paths = given === undefined || given === "" ? [] : given.split(",");
  const shown = `{${id} [${paths.join(" ")}] false}`;
  const fail = (problem: string) => cannotBuild(`failed to convert agent config ${shown}: ${problem}`);
  const [first = env.SSH_AUTH_SOCK ?? ""] = paths;
  if (first === "") throw fail("invalid empty ssh agent socket: make sure SSH_AUTH_SOCK is set");
  const files = (paths.length === 0 ? [first] : paths).map((path) => {
    const stat = statOrFail(path, cwd, (problem) => {
      return fail(`failed to convert agent config for ID: ${goQuote(id)}: ${problem}`);
    });
    return { path: resolve(cwd, path), socket: stat.isSocket() };
  });
  const socket = files.find((file) => file.socket);
  if (socket !== undefined && files.length > 1) throw fail("only single socket allowed");
  return { id, socket: socket?.path, keys: socket === undefined ? files.map(({ path }) => path) : [] };
}

function statOrFail(path: string, cwd: string, fail: (problem: string) => CliError) {
  const stat = statSync(resolve(cwd, path), { throwIfNoEntry: false });
  if (stat === undefined) throw fail(`stat ${path}: no such file or directory`);
  return stat;
}
