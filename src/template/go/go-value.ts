import {
  type GoType,
  goAny,
  goBool,
  goFloat64,
  goInt64,
  goInvalid,
  goMap,
  goSlice,
  goString,
  type MapType,
  type SliceType,
  type StructField,
  type StructType,
} from "./go-type.ts";

const anySlice = goSlice(goAny);
const anyMap = goMap(goAny);

/** A typed value for templates and JSON; `value` is shaped as `type` says, absent for zero. */
export function goTyped(type: GoType, value: unknown): GoValue {
  return new GoValue(type, value);
}

/** The value inside an `interface {}`: plain JSON data gets the type that Go's decoder would give it. */
export function fromAny(value: unknown): GoValue {
  if (value instanceof GoValue) return value;
  switch (typeof value) {
    case "string":
      return new GoValue(goString, value);
    case "boolean":
      return new GoValue(goBool, value);
    case "number":
      return new GoValue(goFloat64, value);
    case "bigint":
      return new GoValue(goInt64, value);
    case "object":
      if (value === null) return INVALID;
      return new GoValue(Array.isArray(value) ? anySlice : anyMap, value);
    default:
      return INVALID;
  }
}

/** True for a nil pointer, interface, slice or map. */
export function isNil({ type, value }: GoValue): boolean {
  switch (type.kind) {
    case "pointer":
    case "slice":
    case "map":
      return value === undefined || value === null;
    case "any":
      return fromAny(value).type.kind === "invalid";
    default:
      return false;
  }
}

/** What a pointer or interface holds. */
export function elementOf(holder: GoValue): GoValue {
  if (holder.type.kind === "pointer") {
    return isNil(holder) ? INVALID : new GoValue(holder.type.target, holder.value);
  }
  return holder.type.kind === "any" ? fromAny(holder.value) : holder;
}

/** The value inside an interface; other values as they are. */
export function unwrapAny(value: GoValue): GoValue {
  return value.type.kind === "any" ? fromAny(value.value) : value;
}

/** Follows pointers and interfaces down to a value, or to the first nil. */
export function indirect(start: GoValue): { readonly value: GoValue; readonly isNil: boolean } {
  let value = start;
  while (value.type.kind === "pointer" || value.type.kind === "any") {
    if (isNil(value)) return { value, isNil: true };
    value = elementOf(value);
  }
  return { value, isNil: false };
}

export function textOf({ value }: GoValue): string {
  return value === undefined || value === null ? "" : String(value);
}

export function isInteger({ type }: GoValue): boolean {
  return type.kind.startsWith("int") ? type.kind !== "invalid" : type.kind.startsWith("uint");
}

export function integerOf({ value }: GoValue): bigint {
  if (typeof value === "bigint") return value;
  return typeof value === "number" ? BigInt(Math.trunc(value)) : 0n;
}

export function numberOf({ value }: GoValue): number {
  return typeof value === "number" || typeof value === "bigint" ? Number(value) : 0;
}

/** The elements of a slice or array. */
export function elementsOf({ type, value }: GoValue): GoValue[] {
  if (!isSequence(type)) return [];
  const items: readonly unknown[] = Array.isArray(value) ? value : [];
  if (type.kind === "slice") return items.map((item) => new GoValue(type.element, item));
  return Array.from({ length: type.length ?? 0 }, (_, at) => new GoValue(type.element, items[at]));
}

/** The entries of a map, sorted as Go sorts keys. */
export function entriesOf({ type, value }: GoValue): [string, GoValue][] {
  if (type.kind !== "map" || !isRecord(value)) return [];
  return Object.keys(value)
    .sort(compareUtf8)
    .map((key) => [key, new GoValue(type.value, value[key])]);
}

/** The entry of a map, or undefined when there is none. */
export function entryOf({ type, value }: GoValue, key: string): GoValue | undefined {
  if (type.kind !== "map" || !isRecord(value) || !Object.hasOwn(value, key)) return undefined;
  return new GoValue(type.value, value[key]);
}

/** The fields of a struct in order; embedded structs appear as one field. */
export function fieldsOf({ type, value }: GoValue): [StructField, GoValue][] {
  if (type.kind !== "struct") return [];
  return type.fields.map((field) => [field, memberOf(field, value)]);
}

/** The field of a struct or of what it embeds (shallowest first), or undefined. */
export function fieldOf(owner: GoValue, name: string): GoValue | undefined {
  const { type, value } = owner;
  if (type.kind !== "struct") return undefined;
  const own = type.fields.find((field) => field.name === name);
  if (own !== undefined) return memberOf(own, value);
  for (const field of type.fields) {
    if (!field.embedded) continue;
    const inner = embeddedStruct(field.type);
    if (inner === undefined) continue;
    const found = fieldOf(new GoValue(inner, value), name);
    if (found !== undefined) return found;
  }
  return undefined;
}

export function hasField(type: StructType, name: string): boolean {
  return fieldOf(new GoValue(type, undefined), name) !== undefined;
}

export function isSequence(type: GoType): type is SliceType {
  return type.kind === "slice" || type.kind === "array";
}

export function isMap(type: GoType): type is MapType {
  return type.kind === "map";
}

/** Orders strings by their UTF-8 bytes, as Go does. */
export function compareUtf8(a: string, b: string): number {
  const length = Math.min(a.length, b.length);
  for (let at = 0; at < length; at++) {
    const x = a.charCodeAt(at);
    const y = b.charCodeAt(at);
    if (x === y) continue;
    // A surrogate pair stands for a code point above every other UTF-16 unit.
    const raise = (unit: number) => (unit >= 0xd800 && unit <= 0xdfff ? unit + 0x10000 : unit);
    return raise(x) - raise(y);
  }
  return a.length - b.length;
}

function embeddedStruct(type: GoType): StructType | undefined {
  const target = type.kind === "pointer" ? type.target : type;
  return target.kind === "struct" ? target : undefined;
}

function memberOf(field: StructField, value: unknown): GoValue {
  if (field.embedded) return new GoValue(field.type, value);
  const key = field.jsonName === "-" ? field.name : field.jsonName;
  const inside = isRecord(value) && Object.hasOwn(value, key) ? value[key] : undefined;
  return new GoValue(field.type, inside);
}

function isRecord(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === "object" && value !== null;
}

/** A value with its Go type. */
export class GoValue {
  readonly type: GoType;
  readonly value: unknown;

  constructor(type: GoType, value: unknown) {
    this.type = type;
    this.value = value;
  }
}

/** "No value": what a missing map entry or a nil interface holds. */
export const INVALID: GoValue = new GoValue(goInvalid, undefined);
