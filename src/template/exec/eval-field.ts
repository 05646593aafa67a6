import { goQuote } from "../../base/index.ts";
import { goFunction, toGoString } from "../functions/go-function.ts";
import { goString } from "../go/go-type.ts";
import { entryOf, fieldOf, type GoValue, hasField, INVALID, indirect, textOf } from "../go/go-value.ts";
import { callMethod, type MethodSet } from "../go/method-set.ts";
import { timeMethods } from "../go/time-methods.ts";
import { isAssignable, typeName } from "../go/type-name.ts";
import type { Operand } from "../parse/node.ts";
import { evalCall } from "./eval-call.ts";
import { type Call, NO_CALL } from "./eval-pipeline.ts";
import { fail, type State } from "./state.ts";

interface FieldChain {
  readonly receiver: GoValue;
  readonly node: Operand;
  readonly names: readonly string[];
  readonly call: Call;
}

/** Reads names one after the other; arguments go to the last. */
export function evalFieldChain(
  state: State,
  dot: GoValue,
  { receiver, node, names, call }: FieldChain,
): GoValue {
  return names.reduce(
    (owner, name, at) =>
      evalField(state, dot, { owner, name, node, call: at === names.length - 1 ? call : NO_CALL }),
    receiver,
  );
}

interface FieldRead {
  readonly owner: GoValue;
  readonly name: string;
  readonly node: Operand;
  readonly call: Call;
}

function evalField(state: State, dot: GoValue, read: FieldRead): GoValue {
  const { owner, name, call } = read;
  if (owner.type.kind === "invalid") {
    if (state.missingKeyIsError) fail(state, `nil data; no entry for key ${goQuote(name)}`);
    return INVALID;
  }
  const ownerName = typeName(owner.type);
  const { value, isNil } = indirect(owner);
  if (isNil && value.type.kind === "any") fail(state, `nil pointer evaluating ${ownerName}.${name}`);
  const result = evalMethod(state, dot, { ...read, owner: value });
  if (result !== undefined) return result;
  const hasArguments = call.args.length > 0 || call.final !== undefined;
  const { type } = value;
  if (type.kind === "struct") {
    const field = fieldOf(value, name);
    if (field !== undefined) {
      if (hasArguments) fail(state, `${name} has arguments but cannot be invoked as function`);
      return field;
    }
  } else if (type.kind === "map" && isAssignable(goString, type.key)) {
    if (hasArguments) fail(state, `${name} is not a method but has arguments`);
    const entry = entryOf(value, name);
    if (entry === undefined && state.missingKeyIsError)
      fail(state, `map has no entry for key ${goQuote(name)}`);
    return entry ?? INVALID;
  } else if (type.kind === "pointer") {
    const known = type.target.kind !== "struct" || hasField(type.target, name);
    if (known) fail(state, `nil pointer evaluating ${ownerName}.${name}`);
  }
  return fail(state, `can't evaluate field ${name} in type ${ownerName}`);
}

function evalMethod(state: State, dot: GoValue, { owner, name, node, call }: FieldRead): GoValue | undefined {
  const { type } = owner;
  const site = { node, name, call };
  if (type.kind === "methods") {
    const set = owner.value as MethodSet;
    if (Object.hasOwn(set.plain, name)) {
      // What nearly every cell of every table is.
      if (call.args.length === 0 && call.final === undefined) return callMethod(set, name);
      return evalCall(state, dot, {
        ...site,
        target: goFunction([], () => callMethod(set, name) ?? INVALID),
      });
    }
    return callWithText(set.withArgument);
  }
  if (type.kind === "map" && type.methods !== undefined) return callWithText(type.methods);
  if (type.kind === "time" && Object.hasOwn(timeMethods, name)) {
    const method = timeMethods[name];
    if (method === undefined) return undefined;
    const target = goFunction(method.params, (args) => method.call(textOf(owner), args));
    return evalCall(state, dot, { ...site, target });
  }
  if (name === "String" && "toText" in type && type.toText !== undefined) {
    const { toText } = type;
    return evalCall(state, dot, { ...site, target: goFunction([], () => toGoString(toText(owner.value))) });
  }
  return undefined;

  function callWithText(methods: MethodSet["withArgument"]): GoValue | undefined {
    const method = Object.hasOwn(methods, name) ? methods[name] : undefined;
    if (method === undefined) return undefined;
    const target = goFunction([goString], ([argument = INVALID]) => toGoString(method(textOf(argument))));
    return evalCall(state, dot, { ...site, target });
  }
}
