import { expect, test } from "bun:test";
import { goDuration } from "./go-duration.ts";
import { encodeGoJson } from "./go-json.ts";
import {
  field,
  goAny,
  goArray,
  goBool,
  goFloat64,
  goInt,
  goMap,
  goPointer,
  goSlice,
  goString,
  goStruct,
  goTime,
  goUint64,
} from "./go-type.ts";
import { createRow } from "./method-set.ts";

const omitEmpty = { omitEmpty: true };
const inner = goStruct("p.Inner", [field("Id", "Id", goString), field("Z", "Z", goInt, omitEmpty)]);
const outer = goStruct("p.Outer", [
  field("Inner", "", goPointer(inner), { embedded: true }),
  field("B", "b", goSlice(goString)),
  field("A", "a", goMap(goInt)),
  field("P", "p", goPointer(goBool)),
  field("N", "n", goUint64),
  field("F", "f", goFloat64),
  field("T", "t", goTime),
  field("D", "d", goDuration),
  field("X", "x", goAny),
  field("Arr", "arr", goArray(2, goInt)),
  field("OB", "ob", goSlice(goString), omitEmpty),
  field("OA", "oa", goMap(goString), omitEmpty),
  field("OS", "os", goString, omitEmpty),
  field("OP", "op", goPointer(goInt), omitEmpty),
  field("OI", "oi", inner, omitEmpty),
  field("Hidden", "-", goString),
]);

test("absent values are Go's zero values, and omitempty leaves out what is empty", () => {
  expect(encodeGoJson(outer, {})).toBe(
    '{"Id":"","b":null,"a":null,"p":null,"n":0,"f":0,"t":"0001-01-01T00:00:00Z","d":0,"x":null,"arr":[0,0],"oi":{"Id":""}}',
  );
});

test("fields keep their order, map keys are sorted, embedded structs are flattened", () => {
  const value = {
    oa: { z: "1" },
    ob: [],
    Z: 2,
    Id: "<i>",
    a: { "\u{1f600}": 3, "\uffff": 2, b: 1 },
    b: [],
    p: false,
    n: 18446744073709551615n,
    f: 1e21,
    t: "2024-01-02T03:04:05.5Z",
    d: 5n,
    x: { b: [1, null], a: "&" },
    op: 0,
    os: "s",
    Hidden: "h",
  };
  expect(encodeGoJson(outer, value)).toBe(
    '{"Id":"\\u003ci\\u003e","Z":2,"b":[],"a":{"b":1,"\uffff":2,"\u{1f600}":3},"p":false,"n":18446744073709551615,"f":1e+21,' +
      '"t":"2024-01-02T03:04:05.5Z","d":5,"x":{"a":"\\u0026","b":[1,null]},"arr":[0,0],"oa":{"z":"1"},"os":"s","op":0,"oi":{"Id":""}}',
  );
});

test("strings are escaped as Go escapes them", () => {
  expect(encodeGoJson(goString, '"\\\n\t\b\f\u0001\u007f\u2028<\ud800é')).toBe(
    '"\\"\\\\\\n\\t\\b\\f\\u0001\u007f\\u2028\\u003c\ufffdé"',
  );
  expect(encodeGoJson(goString, "<&>", { escapeHtml: false })).toBe('"<&>"');
});

test("indentation keeps empty objects and arrays together", () => {
  expect(encodeGoJson(goAny, { a: [], b: {}, c: [1, { d: "{,:}" }] }, { indent: "  " })).toBe(
    '{\n  "a": [],\n  "b": {},\n  "c": [\n    1,\n    {\n      "d": "{,:}"\n    }\n  ]\n}',
  );
});

test("a row is all its argumentless methods, sorted and always HTML-escaped", () => {
  const row = createRow("*formatter.x", {
    plain: { Name: "<a>", ID: () => "1" },
    withArgument: { Label: () => "no" },
    inJson: { ID: "json" },
  });
  expect(encodeGoJson(row.type, row.value, { escapeHtml: false })).toBe(
    '{"ID":"json","Name":"\\u003ca\\u003e"}',
  );
});
