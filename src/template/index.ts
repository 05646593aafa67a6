export { TemplateExecError, TemplateParseError } from "./errors.ts";
export { sprintf } from "./fmt/printf.ts";
export { dockerFunctions, headerFunctions } from "./functions/docker-functions.ts";
export {
  type FunctionMap,
  type GoFunction,
  goFunction,
  toGoString,
  variadic,
} from "./functions/go-function.ts";
export { formatFloat } from "./go/format-float.ts";
export { goDuration } from "./go/go-duration.ts";
export { encodeGoJson, type JsonOptions } from "./go/go-json.ts";
export { formatGoTime } from "./go/go-time.ts";
export {
  type FieldOptions,
  field,
  type GoType,
  goAny,
  goArray,
  goBool,
  goFloat64,
  goInt,
  goInt32,
  goInt64,
  goMap,
  goMethods,
  goNamed,
  goPointer,
  goSlice,
  goString,
  goStruct,
  goTime,
  goUint,
  goUint8,
  goUint16,
  goUint32,
  goUint64,
  type MapType,
  type MethodsType,
  type StructField,
  type StructType,
} from "./go/go-type.ts";
export { GoValue, goTyped } from "./go/go-value.ts";
export { indentJson } from "./go/json-indent.ts";
export { createRow, type MethodResult, type RowMethods } from "./go/method-set.ts";
export { parseRawJson } from "./go/raw-json.ts";
export { type InspectItem, type InspectOutput, inspectFormat } from "./inspect-format.ts";
export { type ExecuteOptions, type ParseOptions, parseTemplate, Template } from "./template.ts";
