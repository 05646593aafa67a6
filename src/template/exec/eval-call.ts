import { goQuote } from "../../base/index.ts";
import { CallError } from "../errors.ts";
import { type GoFunction, toGoString } from "../functions/go-function.ts";
import { isTrue } from "../functions/is-true.ts";
import { goAny } from "../go/go-type.ts";
import { type GoValue, INVALID } from "../go/go-value.ts";
import type { Node, Operand } from "../parse/node.ts";
import { nodeText } from "../parse/node-text.ts";
import { evalArg, validateType } from "./eval-arg.ts";
import type { Call } from "./eval-pipeline.ts";
import { fail, type State } from "./state.ts";

interface FunctionUse {
  readonly node: Operand & { readonly kind: "identifier" };
  /** What errors of the call point at. */
  readonly whole: Node;
  readonly call: Call;
}

/** Calls a function by name. */
export function evalFunction(state: State, dot: GoValue, { node, whole, call }: FunctionUse): GoValue {
  state.node = node;
  const { name } = node;
  const target = state.functions[name];
  if (target === undefined) fail(state, `${goQuote(name)} is not a defined function`);
  return evalCall(state, dot, { node: whole, name, call, target });
}

interface CallSite {
  readonly node: Node;
  readonly name: string;
  readonly call: Call;
  readonly target: GoFunction;
}

/** Evaluates the arguments, checks their types and calls. */
export function evalCall(state: State, dot: GoValue, { node, name, call, target }: CallSite): GoValue {
  const { args, final } = call;
  const { params, rest } = target;
  const count = args.length + (final === undefined ? 0 : 1);
  if (rest !== undefined && count < params.length) {
    fail(state, `wrong number of args for ${name}: want at least ${params.length} got ${args.length}`);
  }
  if (rest === undefined && count !== params.length) {
    fail(state, `wrong number of args for ${name}: want ${params.length} got ${count}`);
  }
  if (name === "and" || name === "or") return shortCircuit(state, dot, { call, stopAt: name === "or" });
  const values = args.map((arg, at) => evalArg(state, dot, { node: arg, type: params[at] ?? rest ?? goAny }));
  if (final !== undefined) values.push(validateType(state, final, params[args.length] ?? rest ?? goAny));
  // `call` names its callee in errors.
  if (name === "call") values.unshift(toGoString(args[0] === undefined ? "" : nodeText(args[0])));
  try {
    return target.call(values);
  } catch (error) {
    if (!(error instanceof CallError)) throw error;
    state.node = node;
    return fail(state, `error calling ${name}: ${error.message}`);
  }
}

function shortCircuit(
  state: State,
  dot: GoValue,
  { call, stopAt }: { readonly call: Call; readonly stopAt: boolean },
): GoValue {
  let value: GoValue = INVALID;
  for (const arg of call.args) {
    value = evalArg(state, dot, { node: arg, type: goAny });
    if (isTrue(value) === stopAt) return value;
  }
  return call.final ?? value;
}
