import { statSync } from "node:fs";
import { resolve } from "node:path";
import { errorText } from "../../../../base/index.ts";
import type { NamedContext } from "../../../../engine/index.ts";
import { familiarReference, parseReference } from "../../../../oci/index.ts";
import { CliError } from "../../../cli-error.ts";
import { cannotBuild } from "../build-failed.ts";
import { isRemote } from "./context.ts";
import { splitPair } from "./split-pair.ts";

/** Reads `--build-context`: names as FROM and `--from` say them, with what they stand for. Throws {@link CliError}. */
export function readNamedContexts(values: readonly string[], cwd: string): Record<string, NamedContext> {
  return Object.fromEntries(
    values.map((text) => {
      const [name, value] = splitPair(text);
      if (value === undefined) throw new CliError(`invalid context value: ${text}, expected key=value`);
      return [readName(name), readNamed(name, value, cwd)];
    }),
  );
}

function readName(name: string): string {
  try {
    return familiarReference(parseReference(name)).replace(/:latest$/, "");
  } catch (error) {
    throw new CliError(`invalid context name ${name}: ${errorText(error)}`, { cause: error });
  }
}

function readNamed(name: string, value: string, cwd: string): NamedContext {
  if (value.startsWith("docker-image://")) {
    return { kind: "image", reference: value.slice("docker-image://".length) };
  }
  if (value.startsWith("oci-layout://")) return readLayout(value.slice("oci-layout://".length), cwd);
  if (value.startsWith("target:")) {
    throw cannotBuild(`failed to find target ${value.slice("target:".length)} for context ${name}`);
  }
  if (isRemote(value)) return { kind: "url", url: value };
  const path = resolve(cwd, value);
  const found = value === "" ? undefined : statSync(path, { throwIfNoEntry: false });
  if (found === undefined) {
    throw cannotBuild(`failed to get build context ${name}: stat ${value}: no such file or directory`);
  }
  if (!found.isDirectory()) {
    throw cannotBuild(`failed to get build context ${name}: ${value} is not a directory`);
  }
  return { kind: "folder", path };
}

/** `path[:tag][@digest]`; if neither is given, the lone image of the layout is meant, or `latest`. */
function readLayout(text: string, cwd: string): NamedContext {
  const at = text.indexOf("@");
  const place = at < 0 ? text : text.slice(0, at);
  const colon = place.indexOf(":", place.lastIndexOf("/") + 1);
  const tag = colon < 0 ? "" : place.slice(colon + 1);
  return {
    kind: "oci-layout",
    path: resolve(cwd, colon < 0 ? place : place.slice(0, colon)),
    reference: at < 0 ? tag : text.slice(at + 1),
  };
}
