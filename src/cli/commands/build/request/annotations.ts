import { goQuote } from "../../../../base/index.ts";
import { cannotBuild } from "../build-failed.ts";
import { splitPair } from "./split-pair.ts";

const TYPES = ["manifest", "index", "manifest-descriptor", "index-descriptor"];

/** Reads `--annotation [type[platform]:]key=value`; only the manifest of an image can have some. Throws a `CliError`. */
export function readAnnotations(texts: readonly string[]): Record<string, string> {
  return Object.fromEntries(texts.map(readAnnotation));
}

function readAnnotation(text: string): [string, string] {
  const [key, value] = splitPair(text);
  if (value === undefined) {
    throw cannotBuild(`parse annotations: invalid annotation ${goQuote(text)}, expected key=value`);
  }
  const [, prefix, name = ""] = /^(?:([^:]*):)?(.*)$/s.exec(key) ?? [];
  if (prefix === undefined) return [name, value];
  const [, type, platform] = /^([\w-]+)(?:\[(.+)\])?$/.exec(prefix) ?? [];
  if (type === undefined) {
    throw cannotBuild(
      `parse annotations: invalid annotation type ${goQuote(prefix)}, expected type and optional platform in square brackets`,
    );
  }
  if (!TYPES.includes(type)) throw cannotBuild(`parse annotations: unknown annotation type ${goQuote(type)}`);
  if (type !== "manifest" || platform !== undefined) {
    throw cannotBuild(`${prefix} annotations are not supported: only those of the manifest are`);
  }
  return [name, value];
}
