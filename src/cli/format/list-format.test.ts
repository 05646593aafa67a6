import { expect, test } from "bun:test";
import { createRow } from "../../template/index.ts";
import { resolveFormat, writeList } from "./list-format.ts";
import golden from "./testdata/list-golden.json" with { type: "json" };

const HEADER = {
  ID: "IMAGE ID",
  Repository: "REPOSITORY",
  Tag: "TAG",
  Digest: "DIGEST",
  CreatedSince: "CREATED",
  CreatedAt: "CREATED AT",
  Size: "SIZE",
  Containers: "CONTAINERS",
  VirtualSize: "SIZE",
  SharedSize: "SHARED SIZE",
  UniqueSize: "UNIQUE SIZE",
};

function list(format: string, rows: readonly Record<string, string>[] = golden.rows): string {
  let text = "";
  const sink = { write: (part: string) => (text += part) };
  try {
    writeList(sink, {
      format,
      header: HEADER,
      rows: rows.map((plain) =>
        createRow("*formatter.imageContext", {
          plain,
          withArgument: plain.Tag === "label" ? { Label: (key) => `<${key}>` } : {},
        }),
      ),
    });
  } catch (error) {
    text += `${(error as Error).message}\n`;
  }
  return text;
}

for (const [format = "", expected = ""] of golden.cases) {
  test(`a list with the format ${JSON.stringify(format)} is what docker prints`, () => {
    expect(list(format)).toBe(expected);
  });
}

test("a table without rows is its header alone, and its bad fields are no error", () => {
  expect(list("table {{.ID}}\\t{{.Nope}}", [])).toBe("IMAGE ID   <no value>\n");
});

test("other formats print nothing without rows", () => {
  expect(list("{{.Nope}}", [])).toBe("");
  expect(list("json", [])).toBe("");
});

test("a label column is headed by the last part of its key", () => {
  const rows = [{ Tag: "label" }];
  expect(list('table {{.Label "com.docker.x-y_z"}}\\t{{.Tag}}', rows)).toBe(
    "x y z                TAG\n<com.docker.x-y_z>   label\n",
  );
});

test("an empty format and the words table and raw stand for the command's own formats", () => {
  const named = { table: "table {{.ID}}", raw: "id: {{.ID}}" };
  expect(resolveFormat("", named)).toBe("table {{.ID}}");
  expect(resolveFormat("table", named)).toBe("table {{.ID}}");
  expect(resolveFormat("raw", named)).toBe("id: {{.ID}}");
  expect(resolveFormat("raw", { table: "table x" })).toBe("raw");
  expect(resolveFormat("{{.ID}}", named)).toBe("{{.ID}}");
});

test("a field of a row is made only when the template asks for it", () => {
  let calls = 0;
  const row = createRow("*formatter.x", { plain: { A: "a", B: () => `${++calls}` } });
  let text = "";
  writeList({ write: (part) => (text += part) }, { format: "{{.A}}", header: {}, rows: [row] });
  expect([text, calls]).toEqual(["a\n", 0]);
});
