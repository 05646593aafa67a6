import { CallError } from "../errors.ts";
import { sprint, sprintln } from "../fmt/print.ts";
import { sprintf } from "../fmt/printf.ts";
import { goAny, goString } from "../go/go-type.ts";
import { INVALID, textOf, unwrapAny } from "../go/go-value.ts";
import { typeName } from "../go/type-name.ts";
import { compareFunctions } from "./compare.ts";
import { escapeFunctions } from "./escape.ts";
import { type FunctionMap, goFunction, toGoBool, toGoString, variadic } from "./go-function.ts";
import { indexFunctions } from "./index-slice.ts";
import { isTrue } from "./is-true.ts";

/** The functions that every Go template has. The executor itself short-circuits `and` and `or`. */
export const builtinFunctions: FunctionMap = {
  ...compareFunctions,
  ...indexFunctions,
  ...escapeFunctions,
  and: variadic([goAny], (args) => args.at(-1) ?? INVALID),
  or: variadic([goAny], (args) => args.at(-1) ?? INVALID),
  not: goFunction([goAny], ([value = INVALID]) => toGoBool(!isTrue(value))),
  print: variadic([], (args) => toGoString(sprint(args.map(unwrapAny)))),
  println: variadic([], (args) => toGoString(sprintln(args.map(unwrapAny)))),
  printf: variadic([goString], ([format = INVALID, ...args]) =>
    toGoString(sprintf(textOf(format), args.map(unwrapAny))),
  ),
  // The executor gives the text of the callee as the first argument.
  call: variadic([goAny], ([name = INVALID, callee = INVALID]) => {
    const target = unwrapAny(callee);
    if (target.type.kind === "invalid") throw new CallError("call of nil");
    throw new CallError(`non-function ${textOf(name)} of type ${typeName(target.type)}`);
  }),
};
