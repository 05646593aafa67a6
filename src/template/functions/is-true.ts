import { elementsOf, entriesOf, type GoValue, isNil, numberOf, textOf, unwrapAny } from "../go/go-value.ts";

/** Go's truth: false, 0, nil, and empty strings, slices and maps are false; structs are true. */
export function isTrue(given: GoValue): boolean {
  const value = unwrapAny(given);
  switch (value.type.kind) {
    case "invalid":
      return false;
    case "bool":
      return value.value === true;
    case "string":
      return textOf(value) !== "";
    case "slice":
    case "array":
      return elementsOf(value).length > 0;
    case "map":
      return entriesOf(value).length > 0;
    case "any":
    case "pointer":
      return !isNil(value);
    case "struct":
    case "time":
    case "methods":
      return true;
    default:
      return numberOf(value) !== 0;
  }
}
