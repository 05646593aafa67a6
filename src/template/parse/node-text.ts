import { goQuote } from "../../base/index.ts";
import type { Node, Pipeline } from "./node.ts";

/** A node as Go writes it in error texts: spaces normalised, literals as they were written. */
export function nodeText(node: Node): string {
  switch (node.kind) {
    case "dot":
      return ".";
    case "nil":
      return "nil";
    case "bool":
      return String(node.value);
    case "number":
      return node.text;
    case "string":
      return node.quoted;
    case "identifier":
      return node.name;
    case "field":
      return node.names.map((name) => `.${name}`).join("");
    case "variable":
      return node.names.join(".");
    case "chain":
      return operandText(node.start) + node.names.map((name) => `.${name}`).join("");
    case "pipeline":
      return pipelineText(node);
    case "command":
      return node.args.map(operandText).join(" ");
    case "text":
      return node.text;
    case "action":
      return `{{${pipelineText(node.pipeline)}}}`;
    case "template": {
      const pipeline = node.pipeline === undefined ? "" : ` ${pipelineText(node.pipeline)}`;
      return `{{template ${goQuote(node.name)}${pipeline}}}`;
    }
    case "break":
    case "continue":
      return `{{${node.kind}}}`;
    default: {
      const otherwise =
        node.otherwise === undefined ? "" : `{{else}}${node.otherwise.map(nodeText).join("")}`;
      return `{{${node.kind} ${pipelineText(node.pipeline)}}}${node.body.map(nodeText).join("")}${otherwise}{{end}}`;
    }
  }
}

function operandText(node: Node): string {
  return node.kind === "pipeline" ? `(${pipelineText(node)})` : nodeText(node);
}

function pipelineText(pipeline: Pipeline): string {
  const commands = pipeline.commands.map(nodeText).join(" | ");
  if (pipeline.variables.length === 0) return commands;
  return `${pipeline.variables.join(", ")} ${pipeline.assigns ? "=" : ":="} ${commands}`;
}
