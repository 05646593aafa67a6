import { statSync } from "node:fs";
import { resolve } from "node:path";
import { goQuote, parseCsv, parseGoBool } from "../../../../base/index.ts";
import type { BuildOutput } from "../../../../engine/index.ts";
import { CliError } from "../../../cli-error.ts";
import type { Io } from "../../../io/io.ts";
import { cannotBuild } from "../build-failed.ts";
import { splitPair } from "./split-pair.ts";

/** One `--output`, read; files are not open yet. */
export type OutputSpec =
  | { readonly kind: "image"; readonly names: readonly string[] }
  | Extract<BuildOutput, { kind: "push" }>
  | { readonly kind: "cacheonly" }
  | {
      readonly kind: "local";
      readonly dest: string;
      readonly platformSplit: boolean | undefined;
      readonly clean: boolean;
    }
  /** An empty `dest` is stdout. */
  | { readonly kind: "tar"; readonly dest: string; readonly platformSplit: boolean | undefined }
  | { readonly kind: "oci" | "docker"; readonly dest: string; readonly names: readonly string[] }
  | { readonly kind: "oci-folder"; readonly dest: string; readonly names: readonly string[] };

type Attributes = ReadonlyMap<string, string>;

/** What only a push can be told. */
const PUSHED: readonly string[] = ["compression", "force-compression"];

/** What each type of output can be told. */
const KNOWN: Readonly<Record<string, readonly string[]>> = {
  image: ["name", "push", "unpack", "store", ...PUSHED],
  registry: ["name", ...PUSHED],
  local: ["dest", "platform-split", "mode"],
  tar: ["dest", "platform-split"],
  oci: ["dest", "name", "tar"],
  docker: ["dest", "name", "context"],
  cacheonly: [],
};

/** Reads one `--output`; an empty one is none. Throws {@link CliError}. */
export function readOutput(text: string, io: Io): readonly OutputSpec[] {
  if (text === "") return [];
  const attributes = readAttributes(text);
  const type = attributes.get("type") ?? "local";
  const known = KNOWN[type];
  if (known === undefined) throw cannotBuild(`failed to solve: exporter ${goQuote(type)} could not be found`);
  for (const key of attributes.keys()) {
    if (key !== "type" && !known.includes(key)) {
      throw cannotBuild(`attribute ${goQuote(key)} of the ${type} output is not supported`, {
        hint: known.length === 0 ? "it has no attributes" : `it has ${known.join(", ")}`,
      });
    }
  }
  return [toOutput(type, attributes, io)];
}

function readAttributes(text: string): Attributes {
  const fields = parseCsv(text);
  if (fields.length === 1 && !text.includes("=")) {
    return new Map(
      text === "-"
        ? [
            ["type", "tar"],
            ["dest", "-"],
          ]
        : [
            ["type", "local"],
            ["dest", text],
          ],
    );
  }
  return new Map(
    fields.map((field) => {
      const [key, value] = splitPair(field);
      if (value === undefined) throw new CliError(`invalid value ${field}`);
      return [key.trim().toLowerCase(), value];
    }),
  );
}

function toOutput(type: string, attributes: Attributes, io: Io): OutputSpec {
  const names = (attributes.get("name") ?? "").split(",").filter((name) => name !== "");
  const dest = attributes.get("dest") ?? "";
  const split = readBool(attributes, "platform-split");
  switch (type) {
    case "local":
      return {
        kind: "local",
        dest: folderOf(dest, "local", io),
        platformSplit: split,
        clean: readMode(attributes),
      };
    case "tar":
      return { kind: "tar", dest: fileOf(dest, "tar", io), platformSplit: split };
    case "oci":
      return readBool(attributes, "tar") === false
        ? { kind: "oci-folder", dest: folderOf(dest, "oci", io), names }
        : { kind: "oci", dest: fileOf(dest, "oci", io), names };
    case "docker":
      if (!["", "default"].includes(attributes.get("context") ?? "")) {
        throw cannotBuild("cannot load into another context: Strake works on this machine by itself");
      }
      return dest === ""
        ? { kind: "image", names }
        : { kind: "docker", dest: fileOf(dest, "docker", io), names };
    case "registry":
      return readPush(attributes, names);
    case "cacheonly":
      return { kind: "cacheonly" };
    default:
      return readBool(attributes, "push") === true
        ? readPush(attributes, names)
        : readImage(attributes, names);
  }
}

function readPush(attributes: Attributes, names: readonly string[]): OutputSpec {
  const compression = attributes.get("compression");
  const isForced = readBool(attributes, "force-compression");
  if (compression === undefined) {
    if (isForced === true) throw cannotBuild("force-compression needs compression=gzip or compression=zstd");
    return { kind: "push", names };
  }
  if (compression !== "gzip" && compression !== "zstd") {
    throw cannotBuild(`compression=${compression} is not supported`, { hint: "it can be gzip or zstd" });
  }
  if (isForced === false) {
    throw cannotBuild(`force-compression=false is not supported: all layers are ${compression} then`);
  }
  return { kind: "push", names, compression };
}

function readImage(attributes: Attributes, names: readonly string[]): OutputSpec {
  const needless = PUSHED.find((key) => attributes.has(key));
  if (needless !== undefined) {
    throw cannotBuild(`attribute ${goQuote(needless)} of the image output needs push=true`);
  }
  for (const key of ["unpack", "store"]) {
    if (readBool(attributes, key) === false)
      throw cannotBuild(`${key}=false is not supported: images are always unpacked and stored`);
  }
  return { kind: "image", names };
}

function readMode(attributes: Attributes): boolean {
  const mode = attributes.get("mode") ?? "copy";
  if (mode !== "copy" && mode !== "delete")
    throw cannotBuild(`invalid mode ${goQuote(mode)} of the local output: it is copy or delete`);
  return mode === "delete";
}

function readBool(attributes: Attributes, key: string): boolean | undefined {
  const text = attributes.get(key);
  if (text === undefined) return undefined;
  const value = parseGoBool(text);
  if (value === undefined) throw cannotBuild(`non-bool value ${goQuote(text)} of ${key}`);
  return value;
}

function folderOf(dest: string, type: string, { cwd }: Io): string {
  if (dest === "") throw cannotBuild(`dest is required for ${type} exporter`);
  if (dest === "-")
    throw cannotBuild(`dest is required for ${type} exporter: a folder cannot be written to stdout`);
  const path = resolve(cwd, dest);
  const found = statSync(path, { throwIfNoEntry: false });
  if (found !== undefined && !found.isDirectory())
    throw cannotBuild(`destination directory ${dest} is a file`);
  return path;
}

function fileOf(dest: string, type: string, io: Io): string {
  if (dest === "" || dest === "-") {
    if (io.isTerminal("stdout")) {
      throw cannotBuild(`dest file is required for ${type} exporter. refusing to write to console`);
    }
    return "";
  }
  const path = resolve(io.cwd, dest);
  if (statSync(path, { throwIfNoEntry: false })?.isDirectory()) {
    throw cannotBuild(`destination file ${dest} is a directory`);
  }
  return path;
}
