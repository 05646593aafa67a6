import { resolve } from "node:path";
import { goQuote, parseCsv } from "../../../../base/index.ts";
import type { CacheLocation } from "../../../../engine/index.ts";
import { CliError } from "../../../cli-error.ts";
import { cannotBuild } from "../build-failed.ts";
import { splitPair } from "./split-pair.ts";

const TYPES = ["inline", "local", "registry"] as const;

/** Reads one `--cache-from` or `--cache-to`; a bare reference is one of a registry. Throws {@link CliError}. */
export function readCacheLocation(
  text: string,
  direction: "import" | "export",
  cwd: string,
): readonly CacheLocation[] {
  if (text === "") return [];
  const attributes = readAttributes(text);
  const given = attributes.type ?? "";
  if (given === "") throw new CliError(`type required form> ${goQuote(text)}`);
  const type = TYPES.find((known) => known === given);
  if (type === undefined) {
    throw cannotBuild(`unknown cache ${direction}er: ${given}`, { hint: `there are ${TYPES.join(", ")}` });
  }
  const { type: _, ...rest } = attributes;
  const path = direction === "import" ? "src" : "dest";
  if (type !== "local") return [{ type, attributes: rest }];
  if (!rest[path]) throw cannotBuild(`local cache ${direction}er requires ${path}`);
  return [{ type, attributes: { ...rest, [path]: resolve(cwd, rest[path]) } }];
}

function readAttributes(text: string): Record<string, string> {
  const fields = parseCsv(text);
  if (fields.length === 1 && !text.includes("=")) return { type: "registry", ref: text };
  return Object.fromEntries(
    fields.map((field) => {
      const [key, value] = splitPair(field);
      if (value === undefined) throw new CliError(`invalid value ${field}`);
      return [key.toLowerCase(), value];
    }),
  );
}
