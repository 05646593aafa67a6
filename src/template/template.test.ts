import { expect, test } from "bun:test";
import {
  field,
  goAny,
  goArray,
  goBool,
  goInt64,
  goMap,
  goNamed,
  goPointer,
  goSlice,
  goString,
  goStruct,
  goTime,
  goTyped,
  parseTemplate,
  TemplateExecError,
  TemplateParseError,
} from "./index.ts";

const point = goStruct("p.Point", [field("X", "x", goInt64), field("Name", "name", goString)]);
const box = goStruct("p.Box", [
  field("Point", "", goPointer(point), { embedded: true }),
  field("Next", "next", goPointer(point)),
  field("Ports", "ports", goMap(goSlice(goString), goNamed("nat.Port", goString))),
  field("Mode", "mode", goNamed("p.Mode", goString)),
  field("Size", "size", goArray(2, goInt64)),
  field("On", "on", goBool),
  field("Extra", "extra", goAny),
  field("Born", "born", goTime),
]);
const data = {
  x: 5,
  name: "n",
  next: null,
  ports: { "80/tcp": ["a"] },
  mode: "m",
  size: [1],
  extra: { k: [1, "a", null] },
};

function run(text: string, value: unknown = goTyped(box, data)): string {
  try {
    return parseTemplate(text).execute(value);
  } catch (error) {
    if (error instanceof TemplateExecError) return `${error.output}!${error.message}`;
    if (error instanceof TemplateParseError) return `?${error.message}`;
    throw error;
  }
}

const CASES: readonly (readonly [string, string])[] = [
  [
    "{{.X}} {{.Name}} {{.Point.X}} {{.Mode}} {{.Size}} {{.On}} {{.Ports}}",
    "5 n 5 m [1 0] false map[80/tcp:[a]]",
  ],
  ["{{.Next}} {{.Extra}} {{.Extra.k}} {{.Extra.zz}}", "<nil> map[k:[1 a <nil>]] [1 a <nil>] <no value>"],
  ["{{.Next.X}}", '!template: :1:7: executing "" at <.Next.X>: nil pointer evaluating *p.Point.X'],
  ["{{.Next.Y}}", `!template: :1:7: executing "" at <.Next.Y>: can't evaluate field Y in type *p.Point`],
  ["{{.Nope}}", `!template: :1:2: executing "" at <.Nope>: can't evaluate field Nope in type p.Box`],
  [
    "a{{.Ports.x}}",
    `a!template: :1:9: executing "" at <.Ports.x>: can't evaluate field x in type map[nat.Port][]string`,
  ],
  [
    '{{index .Ports "80/tcp"}}',
    '!template: :1:2: executing "" at <index .Ports "80/tcp">: error calling index: value has type string; should be nat.Port',
  ],
  [
    "{{upper .Mode}}",
    '!template: :1:8: executing "" at <.Mode>: wrong type for value; expected string; got p.Mode',
  ],
  ["{{range $k, $v := .Ports}}{{$k}}={{$v}}{{end}}", "80/tcp=[a]"],
  ["{{.Born}} {{.Born.Year}}", "0001-01-01 00:00:00 +0000 UTC 1"],
  [
    '{{printf "%+v" .Size}} {{printf "%T %T %T" .Ports .Next .Extra}}',
    "[1 0] map[nat.Port][]string *p.Point map[string]interface {}",
  ],
  [
    '{{define "a"}}{{template "a"}}{{end}}{{template "a"}}',
    '!template: :1:25: executing "a" at <{{template "a"}}>: exceeded maximum template depth (100000)',
  ],
];

for (const [text, expected] of CASES) {
  test(`the template ${text} on typed values gives what Go gives`, () => {
    expect(run(text)).toBe(expected);
  });
}

test("times have the methods that scripts use", () => {
  const time = goTyped(goTime, "2026-11-03T14:06:21.417639109Z");
  expect(
    run(
      '{{.Format "2006-01-02T15:04:05.000Z07:00 Mon Jan _2 3:04PM"}} {{.Month}} {{.Weekday}} {{.Unix}}',
      time,
    ),
  ).toBe("2026-11-03T14:06:21.417Z Tue Nov  3 2:06PM November Tuesday 1793714781");
});

test("plain JSON data works without types", () => {
  expect(
    run("{{.a.b}} {{.c}} {{.d}} {{range .l}}{{.}},{{end}}", { a: { b: 1.5 }, c: true, l: [1, "x"] }),
  ).toBe("1.5 true <no value> 1,x,");
});

test("a missing key is an error when asked for", () => {
  const template = parseTemplate("x{{.a}}");
  expect(template.execute({})).toBe("x<no value>");
  expect(() => template.execute({}, { missingKey: "error" })).toThrow(
    'template: :1:3: executing "" at <.a>: map has no entry for key "a"',
  );
});

test("names of JavaScript's own objects are not fields", () => {
  expect(run("{{.constructor}} {{.toString}} {{.__proto__}}", {})).toBe("<no value> <no value> <no value>");
  expect(run("{{constructor}}", {})).toBe('?template: :1: function "constructor" not defined');
});

test("nesting without end is refused", () => {
  expect(run(`{{${"(".repeat(100_000)}`)).toBe("?template: :1: max expression depth exceeded");
  expect(run("{{if 1}}".repeat(100_000))).toBe("?template: :1: max expression depth exceeded");
});
