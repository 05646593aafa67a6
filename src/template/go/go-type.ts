/** Kinds of numbers, as Go names them. */
export type IntegerKind =
  | "int"
  | "int8"
  | "int16"
  | "int32"
  | "int64"
  | "uint"
  | "uint8"
  | "uint16"
  | "uint32"
  | "uint64";

/** A string, bool or number; `name` is the Go type name that errors and `%T` show. */
export interface BasicType {
  readonly kind: "string" | "bool" | "float64" | IntegerKind;
  readonly name: string;
  /** What the type's `String` method gives; absent when it has none. */
  readonly toText?: (value: unknown) => string;
  /** The value is number text, printed and encoded verbatim: `json.Number`. */
  readonly verbatimNumber?: boolean;
}

/** `interface {}`: the value is plain JSON data or a `GoValue`. */
export interface AnyType {
  readonly kind: "any";
}

export interface SliceType {
  readonly kind: "slice" | "array";
  readonly element: GoType;
  readonly name?: string;
  /** Only of arrays. */
  readonly length?: number;
}

/** Keys are strings; `key` is their Go type. */
export interface MapType {
  readonly kind: "map";
  readonly key: GoType;
  readonly value: GoType;
  readonly name?: string;
  /** Methods of one string argument that the map type has. */
  readonly methods?: Readonly<Record<string, (argument: string) => string>>;
}

export interface PointerType {
  readonly kind: "pointer";
  readonly target: GoType;
}

export interface FieldOptions {
  /** Left out of JSON when empty, as Go's `omitempty`. */
  readonly omitEmpty?: boolean;
  /** An embedded struct (or pointer to one): its fields are read from, and encoded into, the parent object. */
  readonly embedded?: boolean;
}

export interface StructField extends FieldOptions {
  readonly name: string;
  readonly jsonName: string;
  readonly type: GoType;
}

export interface StructType {
  readonly kind: "struct";
  readonly name: string;
  readonly fields: readonly StructField[];
  /** What the `String` method of the type, or of a pointer to it, gives; absent when it has none. */
  readonly toText?: (value: unknown) => string;
}

/** `time.Time`; the value is RFC 3339 text. */
export interface TimeType {
  readonly kind: "time";
  readonly name: string;
}

/** A row of a list command: an object with methods and no visible fields; the value is a `MethodSet`. */
export interface MethodsType {
  readonly kind: "methods";
  readonly name: string;
}

/** The type of "no value". */
export interface InvalidType {
  readonly kind: "invalid";
}

/** A Go type, as far as JSON and templates can tell types apart. */
export type GoType =
  | BasicType
  | AnyType
  | SliceType
  | MapType
  | PointerType
  | StructType
  | TimeType
  | MethodsType
  | InvalidType;

export const goString: BasicType = { kind: "string", name: "string" };
export const goBool: BasicType = { kind: "bool", name: "bool" };
export const goInt: BasicType = { kind: "int", name: "int" };
export const goInt32: BasicType = { kind: "int32", name: "int32" };
export const goInt64: BasicType = { kind: "int64", name: "int64" };
export const goUint: BasicType = { kind: "uint", name: "uint" };
export const goUint8: BasicType = { kind: "uint8", name: "uint8" };
export const goUint16: BasicType = { kind: "uint16", name: "uint16" };
export const goUint32: BasicType = { kind: "uint32", name: "uint32" };
export const goUint64: BasicType = { kind: "uint64", name: "uint64" };
export const goFloat64: BasicType = { kind: "float64", name: "float64" };
export const goAny: AnyType = { kind: "any" };
/** Values are RFC 3339 text; absent means Go's zero time. */
export const goTime: TimeType = { kind: "time", name: "time.Time" };
/** A number in a document decoded without types: shown exactly as it was written. */
export const goJsonNumber: BasicType = {
  kind: "string",
  name: "json.Number",
  verbatimNumber: true,
};
export const goInvalid: InvalidType = { kind: "invalid" };

/** `[]element`; null and undefined are Go's nil slice. */
export function goSlice(element: GoType): SliceType {
  return { kind: "slice", element };
}

/** `[length]element`; absent elements are zero. */
export function goArray(length: number, element: GoType): SliceType {
  return { kind: "array", element, length };
}

/** `map[key]value`; null and undefined are Go's nil map. */
export function goMap(value: GoType, key: GoType = goString): MapType {
  return { kind: "map", key, value };
}

/** `*target`; null and undefined are nil. */
export function goPointer(target: GoType): PointerType {
  return { kind: "pointer", target };
}

/**
 * A struct; its JS value is an object keyed by JSON names, with undefined for zero. `toText` is what templates
 * print instead of its fields: the `String` method of the Go type.
 */
export function goStruct(
  name: string,
  fields: readonly StructField[],
  toText?: (value: unknown) => string,
): StructType {
  return { kind: "struct", name, fields, ...(toText === undefined ? {} : { toText }) };
}

/** One field of a struct; a `jsonName` of `-` hides it from JSON, and its JS key is then `name`. */
export function field(name: string, jsonName: string, type: GoType, options: FieldOptions = {}): StructField {
  return { name, jsonName, type, ...options };
}

/** A defined type of another package with the same underlying type, as `type NetworkMode string`. */
export function goNamed<T extends BasicType | SliceType | MapType>(name: string, type: T): T {
  return { ...type, name };
}

/** The type of a list command's rows; `name` is shown by errors, as `*formatter.imageContext`. */
export function goMethods(name: string): MethodsType {
  return { kind: "methods", name };
}
