import { EngineError, goQuote, parseGoBool } from "../../base/index.ts";

/** Some rules, by name, or all. */
export type RuleSelection = "all" | ReadonlySet<string>;

/** What the directive `check` says. */
export interface CheckOptions {
  readonly skip: RuleSelection;
  readonly experimental: RuleSelection;
  /** When true, a build with findings fails. */
  readonly error: boolean;
}

/** Reads `skip=A,B;experimental=all;error=true`. Throws `invalidArgument` with BuildKit's texts. */
export function parseCheckOptions(text: string): CheckOptions {
  let options: CheckOptions = { skip: new Set(), experimental: new Set(), error: false };
  for (const part of text.trim() === "" ? [] : text.split(";")) {
    const [, name = "", value] = /^([^=]*)(?:=([\s\S]*))?$/.exec(part) ?? [];
    const key = name.trim();
    if (value !== undefined && (key === "skip" || key === "experimental")) {
      options = { ...options, [key]: toSelection(value.trim()) };
    } else if (value !== undefined && key === "error") {
      options = { ...options, error: toBool(part, value.trim()) };
    } else throw invalid(`invalid check option ${goQuote(value === undefined ? part : key)}`);
  }
  return options;
}

function toSelection(value: string): RuleSelection {
  return value === "all" ? value : new Set(value.split(",").map((rule) => rule.trim()));
}

function toBool(part: string, value: string): boolean {
  const read = parseGoBool(value);
  if (read !== undefined) return read;
  throw invalid(
    `failed to parse check option ${goQuote(part)}: strconv.ParseBool: parsing ${goQuote(value)}: invalid syntax`,
  );
}

function invalid(reason: string): EngineError {
  return new EngineError("invalidArgument", `failed to parse check options: ${reason}`);
}
