import { expect, test } from "bun:test";
import { compareParts } from "./reasons.ts";

const differ = (before: string, after: string) => [`files ${before} to ${after}`];
const texts = (...parts: Parameters<typeof compareParts>) => compareParts(...parts).map(({ text }) => text);

test("a change is told in words, part by part", () => {
  expect(
    texts(
      { parent: "a", args: ["make"], env: ["A=1", "B=2"], files: "x", user: "" },
      { parent: "b", args: ["make", "all"], env: ["A=1", "B=3", "C=4"], files: "y", user: "bob" },
      differ,
    ),
  ).toEqual([
    'the command changed: ["make"] -> ["make","all"]',
    "variable B changed: 2 -> 3",
    "variable C changed: (none) -> 4",
    "files x to y",
    "what it stands on changed",
    "user changed: (empty) -> bob",
  ]);
});

test("equal parts have no reason, and an order of variables is one", () => {
  expect(texts({ env: ["A=1"] }, { env: ["A=1"] }, differ)).toEqual([]);
  expect(texts({ env: ["A=1", "B=2"] }, { env: ["B=2", "A=1"] }, differ)).toEqual([
    "the order of variables changed",
  ]);
});

test("programs get the part with both values", () => {
  expect(compareParts({ cwd: "/" }, { cwd: "/app" }, differ)).toEqual([
    { kind: "option", text: "cwd changed: / -> /app", change: { part: "cwd", before: "/", after: "/app" } },
  ]);
});

test("a long value is cut", () => {
  const [text = ""] = texts({ args: ["a"] }, { args: ["x".repeat(1000)] }, differ);
  expect(text.length).toBeLessThan(200);
});
