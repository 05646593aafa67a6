import type { GoType } from "../go/go-type.ts";
import { elementOf, GoValue, INVALID, isNil, unwrapAny } from "../go/go-value.ts";
import { isAssignable, typeName } from "../go/type-name.ts";
import type { Operand } from "../parse/node.ts";
import { nodeText } from "../parse/node-text.ts";
import { evalFunction } from "./eval-call.ts";
import { evalChain, evalLiteral, evalPipeline, NO_CALL } from "./eval-pipeline.ts";
import { fail, type State } from "./state.ts";

interface Argument {
  readonly node: Operand;
  /** What the parameter wants; undefined takes anything as it is. */
  readonly type: GoType | undefined;
}

/** The value of one argument, checked against the parameter's type. */
export function evalArg(state: State, dot: GoValue, { node, type }: Argument): GoValue {
  state.node = node;
  switch (node.kind) {
    case "dot":
      return validateType(state, dot, type);
    case "nil":
      if (type !== undefined && !canBeNil(type)) fail(state, `cannot assign nil to ${typeName(type)}`);
      return type === undefined || type.kind === "any" ? INVALID : new GoValue(type, undefined);
    case "field":
    case "variable":
    case "chain":
      return validateType(state, evalChain(state, dot, { node, call: NO_CALL }), type);
    case "pipeline":
      return validateType(state, evalPipeline(state, dot, node), type);
    case "identifier":
      return validateType(state, evalFunction(state, dot, { node, whole: node, call: NO_CALL }), type);
    default:
      return evalTypedLiteral(state, node, type);
  }
}

function evalTypedLiteral(state: State, node: Operand, type: GoType | undefined): GoValue {
  if (type === undefined || type.kind === "any") return evalLiteral(state, node);
  const text = nodeText(node);
  switch (type.kind) {
    case "string":
      if (node.kind !== "string") fail(state, `expected string; found ${text}`);
      return new GoValue(type, node.text);
    case "int":
      if (node.kind !== "number" || node.integer === undefined)
        fail(state, `expected integer; found ${text}`);
      return new GoValue(type, node.integer);
    default:
      return fail(state, `can't handle ${text} for arg of type ${typeName(type)}`);
  }
}

/** The value as the wanted type, unwrapped or dereferenced once if that is what it takes. */
export function validateType(state: State, given: GoValue, type: GoType | undefined): GoValue {
  if (given.type.kind === "invalid") {
    if (type === undefined || type.kind === "any") return INVALID;
    if (canBeNil(type)) return new GoValue(type, undefined);
    fail(state, `invalid value; expected ${typeName(type)}`);
  }
  if (type === undefined || isAssignable(given.type, type)) return given;
  const value = isNil(given) ? given : unwrapAny(given);
  if (isAssignable(value.type, type)) return value;
  if (value.type.kind === "pointer" && isAssignable(value.type.target, type)) {
    if (isNil(value)) fail(state, `dereference of nil pointer of type ${typeName(type)}`);
    return elementOf(value);
  }
  return fail(state, `wrong type for value; expected ${typeName(type)}; got ${typeName(value.type)}`);
}

function canBeNil({ kind }: GoType): boolean {
  return kind === "any" || kind === "map" || kind === "pointer" || kind === "slice";
}
