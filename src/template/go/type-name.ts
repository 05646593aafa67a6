import type { GoType } from "./go-type.ts";

/** The name that Go's `%T` and error texts show for a type. */
export function typeName(type: GoType): string {
  return "name" in type && type.name !== undefined ? type.name : underlyingName(type);
}

/** True when a Go value of type `from` may be assigned to a variable of type `to`. */
export function isAssignable(from: GoType, to: GoType): boolean {
  if (to.kind === "any" || typeName(from) === typeName(to)) return true;
  const bothDefined = isDefined(from) && isDefined(to);
  return !bothDefined && from.kind === to.kind && underlyingName(from) === underlyingName(to);
}

function isDefined(type: GoType): boolean {
  return "name" in type && type.name !== undefined;
}

function underlyingName(type: GoType): string {
  switch (type.kind) {
    case "any":
      return "interface {}";
    case "slice":
      return `[]${typeName(type.element)}`;
    case "array":
      return `[${type.length ?? 0}]${typeName(type.element)}`;
    case "map":
      return `map[${typeName(type.key)}]${typeName(type.value)}`;
    case "pointer":
      return `*${typeName(type.target)}`;
    case "struct":
    case "time":
    case "methods":
      return type.name;
    case "invalid":
      return "<nil>";
    default:
      return type.kind;
  }
}
