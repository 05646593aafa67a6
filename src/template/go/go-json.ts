import { formatGoTimeJson } from "./go-time.ts";
import type { GoType } from "./go-type.ts";
import { elementOf, elementsOf, entriesOf, fieldsOf, GoValue, isNil, numberOf, textOf } from "./go-value.ts";
import { indentJson } from "./json-indent.ts";
import { encodeJsonString } from "./json-string.ts";
import { jsonMembers, type MethodSet } from "./method-set.ts";

/** How {@link encodeGoJson} writes. */
export interface JsonOptions {
  /** Text for one level of indentation; one line when absent. */
  readonly indent?: string;
  /** Write `< > &` as `\u003c \u003e \u0026`; true unless switched off, as in Go. */
  readonly escapeHtml?: boolean;
}

/**
 * JSON as Go's `encoding/json` writes it: struct fields in their order, map keys sorted, nil slices
 * and maps as `null`, `omitEmpty` fields left out when empty, embedded structs flattened.
 */
export function encodeGoJson(type: GoType, value: unknown, options: JsonOptions = {}): string {
  const text = encode(new GoValue(type, value), options.escapeHtml ?? true);
  return options.indent === undefined ? text : indentJson(text, options.indent);
}

function encode(value: GoValue, escapeHtml: boolean): string {
  const { type } = value;
  switch (type.kind) {
    case "string":
      if (type.verbatimNumber) return textOf(value) || "0";
      return encodeJsonString(textOf(value), escapeHtml);
    case "bool":
      return value.value === true ? "true" : "false";
    case "float64":
      return formatJsonFloat(numberOf(value));
    case "time":
      return encodeJsonString(formatGoTimeJson(textOf(value)), escapeHtml);
    case "any":
    case "pointer":
      return isNil(value) ? "null" : encode(elementOf(value), escapeHtml);
    case "slice":
    case "array":
      if (isNil(value)) return "null";
      return `[${elementsOf(value)
        .map((element) => encode(element, escapeHtml))
        .join(",")}]`;
    case "map":
      if (isNil(value)) return "null";
      return encodeMembers(entriesOf(value), escapeHtml);
    case "struct":
      return encodeMembers(structMembers(value), escapeHtml);
    case "methods":
      // Docker's rows marshal themselves with escaping on, whatever the outer encoder does.
      return encodeMembers(jsonMembers(value.value as MethodSet), true);
    case "invalid":
      return "null";
    default:
      return textOf(value) || "0";
  }
}

function encodeMembers(members: readonly (readonly [string, GoValue])[], escapeHtml: boolean): string {
  const parts = members.map(
    ([name, value]) => `${encodeJsonString(name, escapeHtml)}:${encode(value, escapeHtml)}`,
  );
  return `{${parts.join(",")}}`;
}

function structMembers(owner: GoValue): [string, GoValue][] {
  const members: [string, GoValue][] = [];
  const own = new Set(fieldsOf(owner).map(([field]) => field.jsonName));
  for (const [field, value] of fieldsOf(owner)) {
    if (field.embedded) {
      const inner = value.type.kind === "pointer" ? elementOf(value) : value;
      members.push(...structMembers(inner).filter(([name]) => !own.has(name)));
    } else if (field.jsonName !== "-" && !(field.omitEmpty && isEmpty(value))) {
      members.push([field.jsonName, value]);
    }
  }
  return members;
}

function isEmpty(value: GoValue): boolean {
  switch (value.type.kind) {
    case "string":
      return textOf(value) === "";
    case "bool":
      return value.value !== true;
    case "any":
    case "pointer":
      return isNil(value);
    case "slice":
    case "array":
      return elementsOf(value).length === 0;
    case "map":
      return entriesOf(value).length === 0;
    case "struct":
    case "time":
    case "methods":
      return false;
    case "invalid":
      return true;
    default:
      return numberOf(value) === 0;
  }
}

function formatJsonFloat(value: number): string {
  return Object.is(value, -0) ? "-0" : String(value);
}
