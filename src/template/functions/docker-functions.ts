import { CallError } from "../errors.ts";
import { encodeGoJson } from "../go/go-json.ts";
import { goAny, goInt, goSlice, goString } from "../go/go-type.ts";
import { elementsOf, GoValue, INVALID, integerOf, textOf } from "../go/go-value.ts";
import { type FunctionMap, type GoFunction, goFunction, toGoString } from "./go-function.ts";

/** What Docker adds to Go's functions. */
export const dockerFunctions: FunctionMap = {
  json: goFunction([goAny], ([{ type, value } = INVALID]) =>
    toGoString(encodeGoJson(type, value, { escapeHtml: false })),
  ),
  split: goFunction([goString, goString], ([text = INVALID, separator = INVALID]) => {
    const parts = textOf(separator) === "" ? [...textOf(text)] : textOf(text).split(textOf(separator));
    return new GoValue(goSlice(goString), parts);
  }),
  join: goFunction([goSlice(goString), goString], ([list = INVALID, separator = INVALID]) =>
    toGoString(elementsOf(list).map(textOf).join(textOf(separator))),
  ),
  title: ofText(toTitle),
  lower: ofText((text) => text.toLowerCase()),
  upper: ofText((text) => text.toUpperCase()),
  pad: goFunction([goString, goInt, goInt], ([text = INVALID, before = INVALID, after = INVALID]) => {
    const source = textOf(text);
    return toGoString(source && spaces(integerOf(before)) + source + spaces(integerOf(after)));
  }),
  truncate: goFunction([goString, goInt], ([text = INVALID, length = INVALID]) =>
    toGoString(truncateBytes(textOf(text), integerOf(length))),
  ),
};

/** What replaces {@link dockerFunctions} where a table's header is made: headers stay as they are. */
export const headerFunctions: FunctionMap = {
  json: keep([goString]),
  split: keep([goString, goString]),
  join: keep([goString, goString]),
  title: keep([goString]),
  lower: keep([goString]),
  upper: keep([goString]),
  truncate: keep([goString, goInt]),
};

function ofText(map: (text: string) => string): GoFunction {
  return goFunction([goString], ([text = INVALID]) => toGoString(map(textOf(text))));
}

function keep(params: GoFunction["params"]): GoFunction {
  return goFunction(params, ([text = INVALID]) => text);
}

/** Go's `strings.Title`: the first letter of each word goes upper, the rest stays. */
function toTitle(text: string): string {
  return text.replace(
    /(^|[^\p{L}\p{N}_\u0080-\uffff]|[\u0085\u00a0\u2000-\u200a\u2028\u2029\u202f\u205f\u3000])(\p{L})/gu,
    (_, before: string, letter: string) => before + letter.toUpperCase(),
  );
}

function spaces(count: bigint): string {
  if (count < 0n) throw new CallError("strings: negative Repeat count");
  if (count > 1_000_000n) throw new CallError("strings: Repeat output length overflow");
  return " ".repeat(Number(count));
}

function truncateBytes(text: string, length: bigint): string {
  const bytes = Buffer.from(text);
  if (BigInt(bytes.length) < length) return text;
  if (length < 0n) throw new CallError(`runtime error: slice bounds out of range [:${length}]`);
  return bytes.subarray(0, Number(length)).toString();
}
