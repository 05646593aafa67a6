import { expect, test } from "bun:test";
import { errorText } from "../base/index.ts";
import { createIgnoreMatcher, parseIgnoreFile } from "./ignore-file.ts";
import { toGlobstarPattern } from "./ignore-pattern.ts";
import table from "./testdata/ignore.json" with { type: "json" };

const folders = new Set(
  table.files.flatMap((file) => file.split("/").map((_, at, all) => all.slice(0, at).join("/"))),
);
folders.delete("");

function dropped(ignore: string): string[] | string {
  try {
    const matcher = parseIgnoreFile(ignore);
    return table.files.filter((file) => matcher.excludes(file)).sort();
  } catch (error) {
    return errorText(error);
  }
}

test("the lines of an ignore file exclude what they exclude in Docker", () => {
  const found = table.cases.map(({ ignore }) => ({ ignore, dropped: dropped(ignore) }));
  expect(found).toEqual(table.cases);
});

test("a folder is passed over only when nothing below it is kept", () => {
  const wrong: string[] = [];
  for (const { ignore, dropped } of table.cases) {
    if (typeof dropped === "string") continue;
    const matcher = parseIgnoreFile(ignore);
    for (const folder of folders) {
      const kept = table.files.some((file) => file.startsWith(`${folder}/`) && !dropped.includes(file));
      if (kept && matcher.excludesAllBelow(folder)) wrong.push(`${ignore}: ${folder}`);
    }
  }
  expect(wrong).toEqual([]);
});

test("a folder is passed over when no exception can match below it", () => {
  const facts: [ignore: string, folder: string, passed: boolean][] = [
    ["node_modules", "node_modules", true],
    ["node_modules", "node_modules/a/b", true],
    ["node_modules", "src", false],
    ["**/node_modules\n!src", "a/node_modules", true],
    ["*\n!src", "node_modules", true],
    ["*\n!src", "src", false],
    ["*\n!src/a/*.ts", "src", false],
    ["*\n!src/a/*.ts", "src/a", false],
    ["*\n!src/a/*.ts", "src/b", true],
    ["*\n!src/a/*.ts", "src/a/b", true],
    ["*\n!s*/a", "srv", false],
    ["*\n!**/*.ts", "anything", false],
    ["*\n!a[^b]c", "anything", false],
    ["!src\n*", "src", true],
  ];
  const found = facts.map(([ignore, folder]) => [
    ignore,
    folder,
    parseIgnoreFile(ignore).excludesAllBelow(folder),
  ]);
  expect(found).toEqual(facts);
});

test("patterns that are not lines of a file count from where they are used", () => {
  const matcher = createIgnoreMatcher(["*.md", "", " docs/ ", "!keep.md"]);
  const names = ["a.md", "keep.md", "d/a.md", "docs/x", "docs"];
  expect(names.filter((name) => matcher.excludes(name))).toEqual(["a.md", "docs/x", "docs"]);
  expect(() => createIgnoreMatcher(["["])).toThrow("syntax error in pattern");
});

test("100,000 paths against 40 patterns take well under a second", () => {
  const patterns = Array.from({ length: 40 }, (_, at) => `${at % 5 === 4 ? "!" : ""}dir${at}/**/*.x${at}`);
  const matcher = createIgnoreMatcher(["**/node_modules", ...patterns]);
  const start = performance.now();
  let excluded = 0;
  for (let at = 0; at < 100_000; at++) {
    if (matcher.excludes(`dir${at % 50}/some/folder/name/file${at}.x${at % 50}`)) excluded++;
  }
  expect(excluded).toBe(64_000);
  expect(performance.now() - start).toBeLessThan(1_000);
});

test("two stars in the pattern of a source are any number of folders", () => {
  const facts: [pattern: string, name: string, matches: boolean][] = [
    ["src/**/*.ts", "src/a.ts", true],
    ["src/**/*.ts", "src/b/c/a.ts", true],
    ["src/**/*.ts", "lib/a.ts", false],
    ["src/*.ts", "src/b/a.ts", false],
    ["**/a", "a", true],
    ["**/a", "b/ca", false],
  ];
  expect(facts.map(([pattern, name]) => [pattern, name, toGlobstarPattern(pattern).test(name)])).toEqual(
    facts,
  );
});

test("patterns of many stars and folders are matched in a moment", () => {
  const path = "a/".repeat(100);
  const matcher = parseIgnoreFile(`${"**/a/".repeat(20)}b\n${"*a".repeat(30)}b\n`);
  expect(matcher.excludes(`${path}c`)).toBe(false);
  expect(matcher.excludes("a".repeat(250))).toBe(false);
  expect(matcher.excludes(`${path}b`)).toBe(true);
  expect(parseIgnoreFile("**/x/**/a*/**/y/**/*.js").excludes("q/x/b/x/ab/c/y/d/e.js")).toBe(true);
});
