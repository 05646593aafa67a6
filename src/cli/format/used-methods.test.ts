import { expect, test } from "bun:test";
import { usedMethods } from "./used-methods.ts";

const row = { typeName: "*formatter.ContainerContext", plain: { ID: "", Size: () => "0B", Names: "n" } };

test("a format tells which methods it calls", () => {
  expect([...usedMethods("table {{.ID}}\\t{{if .Names}}{{.Size}}{{end}}", row)]).toEqual([
    "ID",
    "Names",
    "Size",
  ]);
  expect([...usedMethods("{{.ID}}", row)]).toEqual(["ID"]);
});

test("a format that fails on an empty row is refused before the list is asked for", () => {
  expect(() => usedMethods("{{slice .ID 0 3}}", row)).toThrow(
    'failed to execute template: template: :1:2: executing "" at <slice .ID 0 3>: error calling slice: index out of range: 3',
  );
  expect(() => usedMethods("{{", row)).toThrow("failed to parse template: template: :1: unclosed action");
});
