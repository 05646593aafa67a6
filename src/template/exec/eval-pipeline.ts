import { goBool, goFloat64, goInt, goInt32, goString } from "../go/go-type.ts";
import { GoValue, INVALID, unwrapAny } from "../go/go-value.ts";
import type { Command, NumberNode, Operand, Pipeline } from "../parse/node.ts";
import { nodeText } from "../parse/node-text.ts";
import { evalArg } from "./eval-arg.ts";
import { evalFunction } from "./eval-call.ts";
import { evalFieldChain } from "./eval-field.ts";
import { fail, type State, variableOf } from "./state.ts";

/** The arguments of a call: the words after its name, and what the pipeline brings, if anything. */
export interface Call {
  readonly args: readonly Operand[];
  readonly final: GoValue | undefined;
}

export const NO_CALL: Call = { args: [], final: undefined };

/** The value of a pipeline; declares or sets its variables. */
export function evalPipeline(state: State, dot: GoValue, pipeline: Pipeline): GoValue {
  state.node = pipeline;
  let value: GoValue | undefined;
  for (const command of pipeline.commands)
    value = unwrapAny(evalCommand(state, dot, { command, final: value }));
  const result = value ?? INVALID;
  for (const name of pipeline.variables) {
    if (pipeline.assigns) variableOf(state, name).value = result;
    else state.variables.push({ name, value: result });
  }
  return result;
}

interface Step {
  readonly command: Command;
  readonly final: GoValue | undefined;
}

function evalCommand(state: State, dot: GoValue, { command, final }: Step): GoValue {
  const [first, ...args] = command.args;
  if (first === undefined) return INVALID;
  const call: Call = { args, final };
  switch (first.kind) {
    case "field":
    case "chain":
    case "variable":
      return evalChain(state, dot, { node: first, call });
    case "identifier":
      return evalFunction(state, dot, { node: first, whole: command, call });
    case "pipeline":
      refuseArguments(state, first, call);
      return evalPipeline(state, dot, first);
  }
  state.node = first;
  refuseArguments(state, first, call);
  switch (first.kind) {
    case "dot":
      return dot;
    case "nil":
      return fail(state, "nil is not a command");
    default:
      return evalLiteral(state, first);
  }
}

/** The value of a bool, number or string where no type is asked for. */
export function evalLiteral(state: State, node: Operand): GoValue {
  switch (node.kind) {
    case "bool":
      return new GoValue(goBool, node.value);
    case "string":
      return new GoValue(goString, node.text);
    case "number":
      return idealConstant(state, node);
    default:
      return fail(state, `can't handle assignment of ${nodeText(node)} to empty interface argument`);
  }
}

function idealConstant(state: State, node: NumberNode): GoValue {
  state.node = node;
  if (node.form === "float") return new GoValue(goFloat64, node.float);
  const integer = node.integer ?? 0n;
  if (node.form === "rune") return new GoValue(goInt32, Number(integer));
  if (BigInt.asIntN(64, integer) !== integer) fail(state, `${node.text} overflows int`);
  const exact = Number(integer);
  return new GoValue(goInt, Number.isSafeInteger(exact) ? exact : integer);
}

interface Chain {
  readonly node: Operand & { readonly kind: "field" | "chain" | "variable" };
  readonly call: Call;
}

/** `.A.B`, `$x.A.B` or `(pipeline).A.B`. */
export function evalChain(state: State, dot: GoValue, { node, call }: Chain): GoValue {
  state.node = node;
  switch (node.kind) {
    case "field":
      return evalFieldChain(state, dot, { receiver: dot, node, names: node.names, call });
    case "variable": {
      const [name = "$", ...names] = node.names;
      const { value } = variableOf(state, name);
      if (names.length > 0) return evalFieldChain(state, dot, { receiver: value, node, names, call });
      refuseArguments(state, node, call);
      return value;
    }
    case "chain": {
      if (node.start.kind === "nil") fail(state, `indirection through explicit nil in ${nodeText(node)}`);
      const receiver = evalArg(state, dot, { node: node.start, type: undefined });
      return evalFieldChain(state, dot, { receiver, node, names: node.names, call });
    }
  }
}

function refuseArguments(state: State, node: Operand, { args, final }: Call): void {
  if (args.length > 0 || final !== undefined) {
    fail(state, `can't give argument to non-function ${nodeText(node)}`);
  }
}
