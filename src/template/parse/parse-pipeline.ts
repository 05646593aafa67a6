import { goQuote } from "../../base/index.ts";
import { goUnquote } from "../go/go-unquote.ts";
import type { Command, Operand, Pipeline } from "./node.ts";
import { nodeText } from "./node-text.ts";
import { parseNumber } from "./parse-number.ts";
import type { Parser } from "./parser.ts";

const LITERALS = new Set<Operand["kind"]>(["bool", "dot", "nil", "number", "string"]);

/** A pipeline up to the token that closes it: `[$x :=] command | command …`. */
export function parsePipeline(parser: Parser, context: string, end: "rightDelim" | "rightParen"): Pipeline {
  const { tokens } = parser;
  const pos = tokens.peekNonSpace().pos;
  const { variables, assigns } = parseDeclarations(parser, context);
  const commands: Command[] = [];
  for (;;) {
    const token = tokens.nextNonSpace();
    if (token.type === end) break;
    switch (token.type) {
      case "bool":
      case "rune":
      case "dot":
      case "field":
      case "identifier":
      case "number":
      case "nil":
      case "rawString":
      case "string":
      case "variable":
      case "leftParen":
        tokens.putBack(token);
        commands.push(parseCommand(parser));
        break;
      default:
        parser.unexpected(token, context);
    }
  }
  checkCommands(parser, context, commands);
  return { kind: "pipeline", pos, variables, assigns, commands };
}

function checkCommands(parser: Parser, context: string, commands: readonly Command[]): void {
  if (commands.length === 0) parser.fail(`missing value for ${context}`);
  commands.forEach((command, at) => {
    const first = command.args[0];
    if (at > 0 && first !== undefined && LITERALS.has(first.kind)) {
      parser.fail(`non executable command in pipeline stage ${at + 1}`);
    }
  });
}

interface Declarations {
  readonly variables: readonly string[];
  readonly assigns: boolean;
}

function parseDeclarations(parser: Parser, context: string): Declarations {
  const { tokens } = parser;
  const variables: string[] = [];
  while (tokens.peekNonSpace().type === "variable") {
    const variable = tokens.next();
    const after = tokens.next();
    tokens.putBack(after);
    const next = tokens.peekNonSpace();
    if (next.type === "assign" || next.type === "declare") {
      tokens.nextNonSpace();
      variables.push(variable.text);
      parser.declare(variable.text);
      return { variables, assigns: next.type === "assign" };
    }
    if (next.type !== "char" || next.text !== ",") {
      if (after.type === "space") tokens.putBack(variable, after);
      else tokens.putBack(variable);
      break;
    }
    tokens.nextNonSpace();
    variables.push(variable.text);
    parser.declare(variable.text);
    if (context !== "range" || variables.length >= 2) parser.fail(`too many declarations in ${context}`);
    const second = tokens.peekNonSpace().type;
    if (second !== "variable" && second !== "rightDelim" && second !== "rightParen") {
      parser.fail("range can only initialize variables");
    }
  }
  return { variables, assigns: false };
}

function parseCommand(parser: Parser): Command {
  const { tokens } = parser;
  const pos = tokens.peekNonSpace().pos;
  const args: Operand[] = [];
  for (;;) {
    tokens.peekNonSpace();
    const operand = parseOperand(parser);
    if (operand !== undefined) args.push(operand);
    const token = tokens.next();
    if (token.type === "space") continue;
    if (token.type === "rightDelim" || token.type === "rightParen") tokens.putBack(token);
    else if (token.type !== "pipe") parser.unexpected(token, "operand");
    break;
  }
  if (args.length === 0) parser.fail("empty command");
  return { kind: "command", pos, args };
}

function parseOperand(parser: Parser): Operand | undefined {
  const { tokens } = parser;
  const term = parseTerm(parser);
  const first = tokens.peek();
  if (term === undefined || first.type !== "field") return term;
  const names: string[] = [];
  while (tokens.peek().type === "field") names.push(tokens.next().text.slice(1));
  switch (term.kind) {
    case "field":
    case "variable":
      return { kind: term.kind, pos: first.pos, names: [...term.names, ...names] };
    case "bool":
    case "string":
    case "number":
    case "nil":
    case "dot":
      return parser.fail(`unexpected . after term ${goQuote(nodeText(term))}`);
    default:
      return { kind: "chain", pos: first.pos, start: term, names };
  }
}

function parseTerm(parser: Parser): Operand | undefined {
  const token = parser.tokens.nextNonSpace();
  const { pos, text } = token;
  switch (token.type) {
    case "identifier":
      if (!parser.hasFunction(text)) parser.fail(`function ${goQuote(text)} not defined`);
      return { kind: "identifier", pos, name: text };
    case "dot":
    case "nil":
      return { kind: token.type, pos };
    case "variable":
      if (!parser.isDeclared(text)) parser.fail(`undefined variable ${goQuote(text)}`);
      return { kind: "variable", pos, names: [text] };
    case "field":
      return { kind: "field", pos, names: [text.slice(1)] };
    case "bool":
      return { kind: "bool", pos, value: text === "true" };
    case "rune":
    case "number": {
      const number = parseNumber(pos, text);
      return typeof number === "string" ? parser.fail(number) : number;
    }
    case "leftParen":
      return parser.nest(() => parsePipeline(parser, "parenthesized pipeline", "rightParen"));
    case "string":
    case "rawString":
      return { kind: "string", pos, quoted: text, text: goUnquote(text) ?? parser.fail("invalid syntax") };
  }
  parser.tokens.putBack(token);
  return undefined;
}
