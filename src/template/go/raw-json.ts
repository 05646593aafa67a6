import { goAny, goJsonNumber } from "./go-type.ts";
import { GoValue } from "./go-value.ts";

/**
 * Decodes JSON without types, as Go does into `interface {}` with `UseNumber`: numbers keep the text
 * they were written with. Throws a `SyntaxError` on text that is no JSON.
 */
export function parseRawJson(text: string): GoValue {
  return new GoValue(goAny, JSON.parse(text, keepNumberText));
}

function keepNumberText(
  this: unknown,
  _key: string,
  value: unknown,
  context?: { readonly source?: string },
): unknown {
  if (typeof value !== "number") return value;
  return new GoValue(goJsonNumber, context?.source ?? String(value));
}
