import { expect, test } from "bun:test";
import { createByteSource, type TarEntry, TarWriter, toByteString } from "../../archive/index.ts";
import { compareTars } from "./compare-tars.ts";

function tar(
  ...entries: (Partial<Omit<TarEntry, "path">> & { readonly path: string; readonly content?: string })[]
) {
  const parts: Uint8Array[] = [];
  const writer = new TarWriter((bytes) => parts.push(Uint8Array.from(bytes)));
  for (const { path, content = "", ...more } of entries) {
    writer.entry({
      kind: "file",
      path: toByteString(path),
      linkPath: "",
      size: content.length,
      mode: 0o644,
      uid: 0,
      gid: 0,
      mtimeSeconds: 0,
      deviceMajor: 0,
      deviceMinor: 0,
      xattrs: [],
      ...more,
    });
    writer.content(Buffer.from(content));
  }
  writer.end();
  return createByteSource(Buffer.concat(parts));
}

test("equal layers have no difference", () => {
  expect(compareTars(tar({ path: "a", content: "x" }), tar({ path: "a", content: "x" }))).toBeUndefined();
});

test("the first difference is named with its path", () => {
  const cases: [Parameters<typeof tar>[0], Parameters<typeof tar>[0], string][] = [
    [{ path: "b", content: "x" }, { path: "b", content: "y" }, "content"],
    [{ path: "b", content: "x" }, { path: "b", content: "xy" }, "size 1 -> 2"],
    [{ path: "b" }, { path: "b", mode: 0o755 }, "mode 644 -> 755"],
    [{ path: "b" }, { path: "b", uid: 7 }, "owner 0:0 -> 7:0"],
    [
      { path: "b" },
      { path: "b", mtimeSeconds: 1 },
      "modification time 1970-01-01T00:00:00Z -> 1970-01-01T00:00:01Z",
    ],
  ];
  for (const [first, second, what] of cases) {
    expect(compareTars(tar({ path: "a" }, first), tar({ path: "a" }, second))).toEqual({ path: "/b", what });
  }
});

test("a file that only one has is said so", () => {
  expect(
    compareTars(tar({ path: "a" }, { path: "c" }), tar({ path: "a" }, { path: "b" }, { path: "c" })),
  ).toEqual({
    path: "/b",
    what: "only in the second build",
  });
  expect(compareTars(tar({ path: "a" }), tar())).toEqual({ path: "/a", what: "only in the first build" });
});
