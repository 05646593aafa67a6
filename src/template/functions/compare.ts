import { CallError } from "../errors.ts";
import { NO_FLAGS } from "../fmt/flags.ts";
import { formatArgument } from "../fmt/format-value.ts";
import { type GoType, goAny } from "../go/go-type.ts";
import {
  compareUtf8,
  type GoValue,
  integerOf,
  isInteger,
  isNil,
  numberOf,
  textOf,
  unwrapAny,
} from "../go/go-value.ts";
import { typeName } from "../go/type-name.ts";
import { type FunctionMap, type GoFunction, goFunction, toGoBool, variadic } from "./go-function.ts";

/** `eq ne lt le gt ge` of Go's text/template. */
export const compareFunctions: FunctionMap = {
  eq: variadic([goAny], ([first, ...rest]) => toGoBool(first !== undefined && equals(first, rest))),
  ne: pair((a, b) => !equals(a, [b])),
  lt: pair(isLess),
  le: pair((a, b) => isLess(a, b) || equals(a, [b])),
  gt: pair((a, b) => !(isLess(a, b) || equals(a, [b]))),
  ge: pair((a, b) => !isLess(a, b)),
};

function pair(compare: (a: GoValue, b: GoValue) => boolean): GoFunction {
  return goFunction([goAny, goAny], ([a, b]) =>
    toGoBool(a !== undefined && b !== undefined && compare(a, b)),
  );
}

function equals(first: GoValue, others: readonly GoValue[]): boolean {
  if (others.length === 0) throw new CallError("missing argument for comparison");
  const a = unwrapAny(first);
  return others.some((other) => isEqual(a, unwrapAny(other)));
}

function isEqual(a: GoValue, b: GoValue): boolean {
  const kind = basicKind(a);
  if (kind !== basicKind(b)) {
    if (isInteger(a) && isInteger(b)) return integerOf(a) === integerOf(b);
    if (a.type.kind !== "invalid" && b.type.kind !== "invalid") throw incompatible();
    return false;
  }
  switch (kind) {
    case "bool":
      return (a.value === true) === (b.value === true);
    case "string":
      return textOf(a) === textOf(b);
    case "int":
    case "uint":
      return integerOf(a) === integerOf(b);
    case "float":
      return numberOf(a) === numberOf(b);
    default:
      return isSame(a, b);
  }
}

function isSame(a: GoValue, b: GoValue): boolean {
  const invalid = a.type.kind === "invalid" || b.type.kind === "invalid";
  if (!invalid && a.type.kind !== b.type.kind) {
    throw new CallError(
      `non-comparable types ${show(a)}: ${typeName(a.type)}, ${typeName(b.type)}: ${show(b)}`,
    );
  }
  const nil = (value: GoValue) => value.type.kind === "invalid" || isNil(value);
  if (nil(a) || nil(b)) return nil(a) === nil(b);
  if (!isComparable(b.type)) {
    throw new CallError(`non-comparable type ${show(b)}: ${typeName(b.type)}`);
  }
  if (typeName(a.type) !== typeName(b.type)) return false;
  return b.type.kind === "pointer" || b.type.kind === "methods" ? a.value === b.value : show(a) === show(b);
}

function isComparable(type: GoType): boolean {
  switch (type.kind) {
    case "slice":
    case "map":
      return false;
    case "array":
      return isComparable(type.element);
    case "struct":
      return type.fields.every((field) => isComparable(field.type));
    default:
      return true;
  }
}

function isLess(first: GoValue, second: GoValue): boolean {
  const a = unwrapAny(first);
  const b = unwrapAny(second);
  const kind = basicKind(a);
  const other = basicKind(b);
  if (kind === undefined || other === undefined) throw notOrdered();
  if (isInteger(a) && isInteger(b)) return integerOf(a) < integerOf(b);
  if (kind !== other) throw incompatible();
  if (kind === "string") return compareUtf8(textOf(a), textOf(b)) < 0;
  if (kind === "float") return numberOf(a) < numberOf(b);
  throw notOrdered();
}

function basicKind({ type }: GoValue): "bool" | "string" | "int" | "uint" | "float" | undefined {
  switch (type.kind) {
    case "bool":
    case "string":
      return type.kind;
    case "float64":
      return "float";
    case "any":
    case "slice":
    case "array":
    case "map":
    case "pointer":
    case "struct":
    case "time":
    case "methods":
    case "invalid":
      return undefined;
    default:
      return type.kind.startsWith("uint") ? "uint" : "int";
  }
}

function show(value: GoValue): string {
  return formatArgument(value, "v", NO_FLAGS);
}

function incompatible(): CallError {
  return new CallError("incompatible types for comparison");
}

function notOrdered(): CallError {
  return new CallError("invalid type for comparison");
}
