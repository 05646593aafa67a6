import { goQuote } from "../../base/index.ts";
import { TemplateExecError } from "../errors.ts";
import type { FunctionMap } from "../functions/go-function.ts";
import type { GoValue } from "../go/go-value.ts";
import type { Node } from "../parse/node.ts";
import { nodeText } from "../parse/node-text.ts";
import type { Bodies } from "../parse/parser.ts";

export interface Variable {
  readonly name: string;
  value: GoValue;
}

/** What one execution of a template carries along. */
export interface State {
  readonly text: string;
  readonly bodies: Bodies;
  readonly functions: FunctionMap;
  /** A missing map key is an error, not "no value". */
  readonly missingKeyIsError: boolean;
  readonly output: string[];
  /** Name of the template whose body runs. */
  name: string;
  depth: number;
  /** The innermost variable is the last. */
  variables: Variable[];
  /** Where an error would be reported. */
  node: Node | undefined;
}

/** Ends the execution with Go's error text for the current node. */
export function fail(state: State, message: string): never {
  const { node, text, output } = state;
  const where =
    node === undefined
      ? ""
      : `${location(text, node.pos)}: executing ${goQuote(state.name)} at <${nodeText(node)}>: `;
  const prefix = node === undefined ? "template: : " : "template: :";
  throw new TemplateExecError(prefix + where + message, output.join(""));
}

export function variableOf(state: State, name: string): Variable {
  const found = state.variables.findLast((variable) => variable.name === name);
  return found ?? fail(state, `undefined variable: ${name}`);
}

/** `line:column`, the column in bytes from 0. */
function location(text: string, pos: number): string {
  const before = text.slice(0, pos);
  const start = before.lastIndexOf("\n") + 1;
  return `${before.split("\n").length}:${Buffer.byteLength(before.slice(start))}`;
}
