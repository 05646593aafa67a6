import { TemplateExecError, TemplateParseError } from "./errors.ts";
import { encodeGoJson } from "./go/go-json.ts";
import type { GoType } from "./go/go-type.ts";
import { GoValue } from "./go/go-value.ts";
import { indentJson } from "./go/json-indent.ts";
import { parseRawJson } from "./go/raw-json.ts";
import { parseTemplate, type Template } from "./template.ts";

/** One object that an inspect command found. */
export interface InspectItem {
  readonly type: GoType;
  readonly value: unknown;
  /** The engine's JSON of it, where that is at hand; else made from `value`. */
  readonly raw?: string;
  /** Docker does not keep the JSON of this kind of object: a template sees the typed value only. */
  readonly typedOnly?: true;
}

/** What an inspect command prints. */
export interface InspectOutput {
  /** For standard output, with its last line feed. */
  readonly output: string;
  /** Texts of the items that failed; the command then exits 1. */
  readonly errors: readonly string[];
}

/**
 * Docker's inspect output: no format gives a JSON array indented by four spaces, `json` one on a single
 * line, anything else is a template, tried on the typed value, then on its plain JSON.
 * Throws a `TemplateParseError` (`template parsing error: …`, exit code 64) on a bad template.
 */
export function inspectFormat(format: string, items: readonly InspectItem[]): InspectOutput {
  if (format !== "" && format !== "json") return formatByTemplate(parse(format), items);
  const array = `[${items.map(rawText).join(",")}]`;
  return { output: `${format === "" ? indentJson(array, "    ") : array}\n`, errors: [] };
}

function parse(format: string): Template {
  try {
    return parseTemplate(format);
  } catch (error) {
    if (!(error instanceof TemplateParseError)) throw error;
    throw new TemplateParseError(`template parsing error: ${error.message}`);
  }
}

function formatByTemplate(template: Template, items: readonly InspectItem[]): InspectOutput {
  let output = "";
  const errors: string[] = [];
  // Docker sets the option on the template for its second try, and it stays set for later items.
  let missingKey: "default" | "error" = "default";
  for (const item of items) {
    try {
      output += `${template.execute(new GoValue(item.type, item.value), { missingKey })}\n`;
    } catch (error) {
      if (!(error instanceof TemplateExecError)) throw error;
      if (item.typedOnly) {
        errors.push(`template parsing error: ${error.message}`);
        continue;
      }
      missingKey = "error";
      const second = tryRaw(template, item);
      if (typeof second === "string") output += `${second}\n`;
      else errors.push(`template parsing error: ${second.message}`);
    }
  }
  return { output: output === "" ? "\n" : output, errors };
}

function tryRaw(template: Template, item: InspectItem): string | TemplateExecError {
  try {
    return template.execute(parseRawJson(rawText(item)), { missingKey: "error" });
  } catch (error) {
    if (error instanceof TemplateExecError) return error;
    throw error;
  }
}

function rawText({ type, value, raw }: InspectItem): string {
  return raw ?? encodeGoJson(type, value);
}
