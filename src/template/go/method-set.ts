import { goMethods, goString, type MethodsType } from "./go-type.ts";
import { GoValue } from "./go-value.ts";

/** What a method gives: text, or a typed value. */
export type MethodResult = string | GoValue;

/** The methods of a list row. A function is called only when the template asks for it. */
export interface MethodSet {
  readonly plain: Readonly<Record<string, MethodResult | (() => MethodResult)>>;
  /** Methods of one string argument, as `.Label "k"`. */
  readonly withArgument: Readonly<Record<string, (argument: string) => string>>;
  /** Results that differ when the row is encoded as JSON. */
  readonly inJson: Readonly<Record<string, MethodResult>>;
}

/** What {@link createRow} needs; see {@link MethodSet}. */
export interface RowMethods {
  readonly plain: MethodSet["plain"];
  readonly withArgument?: MethodSet["withArgument"];
  readonly inJson?: MethodSet["inJson"];
}

/** A row of a list command; its JSON is every argumentless method, sorted by name, HTML-escaped. */
export function createRow(type: string | MethodsType, methods: RowMethods): GoValue {
  const set: MethodSet = { withArgument: {}, inJson: {}, ...methods };
  return new GoValue(typeof type === "string" ? goMethods(type) : type, set);
}

/** The result of an argumentless method, or undefined when the row has none of that name. */
export function callMethod(set: MethodSet, name: string): GoValue | undefined {
  if (!Object.hasOwn(set.plain, name)) return undefined;
  const result = set.plain[name];
  return toGoValue(typeof result === "function" ? result() : result);
}

/** The JSON members of a row, sorted by name. */
export function jsonMembers(set: MethodSet): [string, GoValue][] {
  const members: [string, GoValue][] = [];
  for (const name of Object.keys(set.plain).sort()) {
    const own = Object.hasOwn(set.inJson, name) ? toGoValue(set.inJson[name]) : callMethod(set, name);
    if (own !== undefined) members.push([name, own]);
  }
  return members;
}

function toGoValue(result: MethodResult | undefined): GoValue {
  return result instanceof GoValue ? result : new GoValue(goString, result ?? "");
}
