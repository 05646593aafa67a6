import { CallError } from "../errors.ts";
import { type GoType, goAny, goInt, goString, goUint8 } from "../go/go-type.ts";
import {
  elementsOf,
  entriesOf,
  entryOf,
  GoValue,
  INVALID,
  indirect,
  integerOf,
  isInteger,
  isMap,
  isSequence,
  textOf,
  unwrapAny,
} from "../go/go-value.ts";
import { isAssignable, typeName } from "../go/type-name.ts";
import { type FunctionMap, goFunction, variadic } from "./go-function.ts";

/** `index`, `slice` and `len` of Go's text/template; strings count in bytes. */
export const indexFunctions: FunctionMap = {
  index: variadic([goAny], ([item = INVALID, ...keys]) => keys.reduce(step, started(item, "index"))),
  slice: variadic([goAny], ([item = INVALID, ...bounds]) => cut(started(item, "slice"), bounds)),
  len: goFunction([goAny], ([item = INVALID]) => new GoValue(goInt, lengthOf(item))),
};

function started(item: GoValue, name: string): GoValue {
  const value = unwrapAny(item);
  if (value.type.kind === "invalid") throw new CallError(`${name} of untyped nil`);
  return value;
}

function step(item: GoValue, rawKey: GoValue): GoValue {
  const key = unwrapAny(rawKey);
  const { value, isNil } = indirect(item);
  if (isNil) throw new CallError("index of nil pointer");
  const { type } = value;
  if (isSequence(type)) {
    const elements = elementsOf(value);
    const found = elements[position(key, elements.length)];
    if (found !== undefined) return found;
    throw new CallError(`reflect: ${type.kind} index out of range`);
  }
  if (isMap(type)) {
    return entryOf(value, textOf(checkKey(key, type.key))) ?? new GoValue(type.value, undefined);
  }
  if (type.kind === "string") {
    const bytes = Buffer.from(textOf(value));
    const byte = bytes[position(key, bytes.length)];
    if (byte !== undefined) return new GoValue(goUint8, byte);
    throw new CallError("reflect: string index out of range");
  }
  throw new CallError(`can't index item of type ${targetName(type)}`);
}

function checkKey(key: GoValue, wanted: GoType): GoValue {
  if (key.type.kind === "invalid") {
    throw new CallError(`value is nil; should be of type ${typeName(wanted)}`);
  }
  if (isAssignable(key.type, wanted)) return key;
  throw new CallError(`value has type ${typeName(key.type)}; should be ${typeName(wanted)}`);
}

function position(key: GoValue, length: number): number {
  if (key.type.kind === "invalid") throw new CallError("cannot index slice/array with nil");
  if (!isInteger(key)) throw new CallError(`cannot index slice/array with type ${typeName(key.type)}`);
  const at = integerOf(key);
  if (at < 0n || at > BigInt(length)) throw new CallError(`index out of range: ${at}`);
  return Number(at);
}

function cut(item: GoValue, bounds: readonly GoValue[]): GoValue {
  if (bounds.length > 3) throw new CallError(`too many slice indexes: ${bounds.length}`);
  const isText = item.type.kind === "string";
  if (isText && bounds.length === 3) throw new CallError("cannot 3-index slice a string");
  if (!isText && !isSequence(item.type)) {
    throw new CallError(`can't slice item of type ${typeName(item.type)}`);
  }
  const bytes = isText ? Buffer.from(textOf(item)) : undefined;
  const elements = elementsOf(item);
  const length = bytes?.length ?? elements.length;
  const at = bounds.map((bound) => position(unwrapAny(bound), length));
  const [from = 0, to = length, limit = length] = at;
  if (from > to) throw new CallError(`invalid slice index: ${from} > ${to}`);
  if (to > limit) throw new CallError(`invalid slice index: ${to} > ${limit}`);
  if (bytes !== undefined) {
    const type = item.type.kind === "string" ? item.type : goString;
    return new GoValue(type, bytes.subarray(from, to).toString());
  }
  const values = elements.slice(from, to).map(({ value }) => value);
  if (item.type.kind !== "array") return new GoValue(item.type, values);
  return new GoValue({ kind: "slice", element: item.type.element }, values);
}

function lengthOf(item: GoValue): number {
  const { value, isNil } = indirect(item);
  if (isNil) throw new CallError("len of nil pointer");
  const { type } = value;
  if (isSequence(type)) return elementsOf(value).length;
  if (isMap(type)) return entriesOf(value).length;
  if (type.kind === "string") return Buffer.byteLength(textOf(value));
  if (type.kind === "invalid") throw new CallError("reflect: call of reflect.Value.Type on zero Value");
  throw new CallError(`len of type ${targetName(type)}`);
}

/** Rows are pointers that have been followed by now. */
function targetName(type: GoType): string {
  return typeName(type).replace(/^\*/, "");
}
