import { expect, test } from "bun:test";
import { errorText } from "../base/index.ts";
import { field, goAny, goString, goStruct } from "./go/go-type.ts";
import { type InspectItem, inspectFormat } from "./inspect-format.ts";
import { imageType } from "./testdata/image-type.ts";
import golden from "./testdata/inspect-golden.json" with { type: "json" };

const item: InspectItem = { type: imageType, value: golden.image, raw: JSON.stringify(golden.image) };

/** Standard output and the errors after it, as on a terminal. */
function inspect(format: string, items: readonly InspectItem[] = [item]): string {
  try {
    const { output, errors } = inspectFormat(format, items);
    return output + errors.map((error) => `${error}\n`).join("");
  } catch (error) {
    return `${errorText(error)}\n`;
  }
}

for (const [format = "", expected = ""] of golden.cases) {
  test(`inspect with the format ${JSON.stringify(format)} is what docker prints`, () => {
    expect(inspect(format)).toBe(expected);
  });
}

test("inspect without a format is the JSON array indented by four spaces", () => {
  expect(inspect("")).toBe(golden.indented);
});

test("the format json is the array on one line", () => {
  expect(inspect("json")).toBe(golden.json);
});

test("nothing found is an empty array, or an empty line with a template", () => {
  expect([inspect("", []), inspect("json", []), inspect("{{.Id}}", [])]).toEqual(["[]\n", "[]\n", "\n"]);
});

test("each item has a line, and one that fails does not stop the others", () => {
  const { output, errors } = inspectFormat("{{.Config.Labels.x}}", [
    { type: imageType, value: { Config: { Labels: { x: "1" } } } },
    { type: imageType, value: { Config: null } },
    { type: imageType, value: { Config: { Labels: { x: "3" } } } },
  ]);
  expect(output).toBe("1\n3\n");
  expect(errors).toEqual([
    'template parsing error: template: :1:9: executing "" at <.Config.Labels.x>: nil pointer evaluating interface {}.Labels',
  ]);
});

test("numbers and nulls of plain JSON behave as docker's second try does", () => {
  const plain: InspectItem = {
    type: goAny,
    value: { Id: "i", Big: 1, Nil: null },
    raw: '{"Id":"i","Big":12345678901234567890,"F":1.0,"Nil":null}',
  };
  const first = {
    type: goStruct("t.T", [field("ID", "Id", goString)]),
    value: plain.value,
    raw: plain.raw ?? "",
  };
  expect(inspect('{{.Big}} {{.F}} {{json .F}} {{printf "%T" .Big}} {{.Nil}} {{json .Nil}}', [first])).toBe(
    "12345678901234567890 1.0 1.0 json.Number <no value> null\n",
  );
  expect(inspect("{{.Id}} {{len .Nil}}", [first])).toEndWith("error calling len: len of nil pointer\n");
  expect(inspect("{{.Nil.x.y}}", [first])).toEndWith("nil pointer evaluating interface {}.x\n");
});
