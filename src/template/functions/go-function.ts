import { type GoType, goAny, goBool, goInt, goString } from "../go/go-type.ts";
import { GoValue } from "../go/go-value.ts";

/** A function that templates may call. It may throw a `CallError`. */
export interface GoFunction {
  /** Types of the fixed parameters. */
  readonly params: readonly GoType[];
  /** Type of each further argument, for functions that take any number. */
  readonly rest?: GoType;
  readonly call: (args: readonly GoValue[]) => GoValue;
}

export type FunctionMap = Readonly<Record<string, GoFunction>>;

/** A function of the given parameters. */
export function goFunction(params: readonly GoType[], call: GoFunction["call"]): GoFunction {
  return { params, call };
}

/** A function of the given parameters and any number of further values. */
export function variadic(params: readonly GoType[], call: GoFunction["call"]): GoFunction {
  return { params, rest: goAny, call };
}

export function toGoString(text: string): GoValue {
  return new GoValue(goString, text);
}

export function toGoBool(value: boolean): GoValue {
  return new GoValue(goBool, value);
}

export function toGoInt(value: number): GoValue {
  return new GoValue(goInt, value);
}
