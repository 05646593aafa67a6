import { goQuote } from "../../base/index.ts";
import { NO_FLAGS } from "../fmt/flags.ts";
import { formatArgument } from "../fmt/format-value.ts";
import { isTrue } from "../functions/is-true.ts";
import { goInt, goString } from "../go/go-type.ts";
import {
  elementsOf,
  entriesOf,
  GoValue,
  INVALID,
  indirect,
  integerOf,
  isInteger,
  isSequence,
} from "../go/go-value.ts";
import type { Branch, Statement, TemplateCall } from "../parse/node.ts";
import { evalPipeline } from "./eval-pipeline.ts";
import { fail, type State, variableOf } from "./state.ts";

/** Go allows 100,000; fewer levels fit on a JavaScript stack. */
const MAX_DEPTH = 1000;

/** How a list of statements ended. */
export type Flow = "next" | "break" | "continue";

/** Runs statements on `dot`, writing to the state's output. */
export function walk(state: State, dot: GoValue, body: readonly Statement[]): Flow {
  for (const node of body) {
    const flow = walkOne(state, dot, node);
    if (flow !== "next") return flow;
  }
  return "next";
}

function walkOne(state: State, dot: GoValue, node: Statement): Flow {
  state.node = node;
  switch (node.kind) {
    case "text":
      state.output.push(node.text);
      return "next";
    case "action": {
      const value = evalPipeline(state, dot, node.pipeline);
      state.node = node;
      if (node.pipeline.variables.length === 0) state.output.push(printed(value));
      return "next";
    }
    case "break":
    case "continue":
      return node.kind;
    case "template":
      walkTemplate(state, dot, node);
      return "next";
    default: {
      const mark = state.variables.length;
      const flow = node.kind === "range" ? walkRange(state, dot, node) : walkIfOrWith(state, dot, node);
      state.variables.length = mark;
      return flow;
    }
  }
}

function printed(value: GoValue): string {
  if (value.type === goString && typeof value.value === "string") return value.value;
  const shown = value.type.kind === "pointer" ? indirect(value).value : value;
  return shown.type.kind === "invalid" ? "<no value>" : formatArgument(shown, "v", NO_FLAGS);
}

function walkIfOrWith(state: State, dot: GoValue, node: Branch): Flow {
  const value = evalPipeline(state, dot, node.pipeline);
  if (isTrue(value)) return walk(state, node.kind === "with" ? value : dot, node.body);
  return node.otherwise === undefined ? "next" : walk(state, dot, node.otherwise);
}

function walkTemplate(state: State, dot: GoValue, node: TemplateCall): void {
  const body = state.bodies.get(node.name);
  if (body === undefined) fail(state, `template ${goQuote(node.name)} not defined`);
  if (state.depth >= MAX_DEPTH) fail(state, "exceeded maximum template depth (100000)");
  const data = node.pipeline === undefined ? undefined : evalPipeline(state, dot, node.pipeline);
  const inner = data ?? INVALID;
  walk(
    { ...state, name: node.name, depth: state.depth + 1, variables: [{ name: "$", value: inner }] },
    inner,
    body,
  );
}

function walkRange(state: State, dot: GoValue, node: Branch): Flow {
  const { value } = indirect(evalPipeline(state, dot, node.pipeline));
  const items = rangeItems(state, value, node);
  let empty = true;
  const mark = state.variables.length;
  for (const [key, element] of items) {
    empty = false;
    bind(state, node, key, element);
    const flow = walk(state, element, node.body);
    state.variables.length = mark;
    if (flow === "break") break;
  }
  return empty && node.otherwise !== undefined ? walk(state, dot, node.otherwise) : "next";
}

function rangeItems(state: State, value: GoValue, node: Branch): Iterable<readonly [GoValue, GoValue]> {
  const { type } = value;
  if (isSequence(type)) return elementsOf(value).map((element, at) => [new GoValue(goInt, at), element]);
  if (type.kind === "map") return entriesOf(value).map(([key, item]) => [new GoValue(type.key, key), item]);
  if (type.kind === "invalid" || type.kind === "any") return [];
  const shown = formatArgument(value, "v", NO_FLAGS);
  if (!isInteger(value)) fail(state, `range can't iterate over ${shown}`);
  if (node.pipeline.variables.length > 1) {
    fail(state, `can't use ${shown} to iterate over more than one variable`);
  }
  return countTo(value);
}

function* countTo(limit: GoValue): Generator<readonly [GoValue, GoValue]> {
  const end = integerOf(limit);
  for (let at = 0; at < end; at++) yield [INVALID, new GoValue(limit.type, at)];
}

function bind(state: State, { pipeline }: Branch, key: GoValue, element: GoValue): void {
  const [first, second] = pipeline.variables;
  if (first === undefined) return;
  const values: [string, GoValue][] =
    second === undefined
      ? [[first, element]]
      : [
          [first, key],
          [second, element],
        ];
  for (const [name, value] of values) variableOf(state, name).value = value;
}
