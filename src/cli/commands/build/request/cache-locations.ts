import { resolve } from "node:path";
import { goQuote, parseCsv, parseGoBool } from "../../../../base/index.ts";
import type { CacheLocation } from "../../../../engine/index.ts";
import { CliError } from "../../../cli-error.ts";
import { cannotBuild } from "../build-failed.ts";
import { splitPair } from "./split-pair.ts";

const TYPES = ["inline", "local", "registry"] as const;

type Direction = "import" | "export";

/** What each can be told. */
const KNOWN: Readonly<Record<Direction, Readonly<Record<(typeof TYPES)[number], readonly string[]>>>> = {
  import: { inline: [], local: ["src", "tag", "digest"], registry: ["ref"] },
  export: {
    inline: [],
    local: ["dest", "tag", "mode", "ignore-error"],
    registry: ["ref", "mode", "ignore-error"],
  },
};

/** BuildKit's names for what is so anyway; another value is refused. */
const FIXED: Readonly<Record<string, string>> = {
  "oci-mediatypes": "true",
  "image-manifest": "true",
  compression: "zstd",
};

/** Reads one `--cache-from` or `--cache-to`; a bare reference is one of a registry. Throws {@link CliError}. */
export function readCacheLocation(text: string, direction: Direction, cwd: string): readonly CacheLocation[] {
  if (text === "") return [];
  const attributes = readAttributes(text);
  const given = attributes.type ?? "";
  if (given === "") throw new CliError(`type required form> ${goQuote(text)}`);
  const type = TYPES.find((known) => known === given);
  if (type === undefined) {
    throw cannotBuild(`unknown cache ${direction}er: ${given}`, { hint: `there are ${TYPES.join(", ")}` });
  }
  const { type: _, ...rest } = attributes;
  checkAttributes(rest, { type, direction });
  const path = direction === "import" ? "src" : "dest";
  if (type !== "local") return [{ type, attributes: rest }];
  if (!rest[path]) throw cannotBuild(`local cache ${direction}er requires ${path}`);
  return [{ type, attributes: { ...rest, [path]: resolve(cwd, rest[path]) } }];
}

function checkAttributes(
  attributes: Readonly<Record<string, string>>,
  { type, direction }: { readonly type: (typeof TYPES)[number]; readonly direction: Direction },
): void {
  const known = KNOWN[direction][type];
  for (const [key, value] of Object.entries(attributes)) {
    if (known.includes(key)) continue;
    const fixed = direction === "export" && type !== "inline" ? FIXED[key] : undefined;
    if (fixed === value) continue;
    const shown = fixed === undefined ? `attribute ${goQuote(key)}` : `${key}=${value}`;
    throw cannotBuild(`${shown} of the ${type} cache ${direction}er is not supported`, {
      hint: fixed === undefined ? hintOf(known) : `it is ${key}=${fixed}`,
    });
  }
  if (parseGoBool(attributes["ignore-error"] ?? "false") === undefined) {
    throw cannotBuild(`non-bool value ${goQuote(attributes["ignore-error"] ?? "")} of ignore-error`);
  }
}

function hintOf(known: readonly string[]): string {
  return known.length === 0 ? "it has no attributes" : `it has ${known.join(", ")}`;
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
