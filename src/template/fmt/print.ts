import type { GoValue } from "../go/go-value.ts";
import { NO_FLAGS } from "./flags.ts";
import { formatArgument } from "./format-value.ts";

/** Go's `fmt.Sprint`: a space between two operands when neither is a string. */
export function sprint(args: readonly GoValue[]): string {
  let out = "";
  let wasText = true;
  args.forEach((arg, at) => {
    const isText = arg.type.kind === "string";
    if (at > 0 && !isText && !wasText) out += " ";
    out += formatArgument(arg, "v", NO_FLAGS);
    wasText = isText;
  });
  return out;
}

/** Go's `fmt.Sprintln`: a space between all operands, a line feed at the end. */
export function sprintln(args: readonly GoValue[]): string {
  return `${args.map((arg) => formatArgument(arg, "v", NO_FLAGS)).join(" ")}\n`;
}
