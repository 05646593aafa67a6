import { expect, test } from "bun:test";
import { errorText } from "../base/index.ts";
import { expandWord } from "./expand-word.ts";
import cases from "./testdata/words.json" with { type: "json" };

const ENV: Readonly<Record<string, string>> = {
  A: "abc",
  E: "",
  P: "/usr/local/lib/x.tar.gz",
  S: "a b  c",
  D: "a.b.c.d",
};
const lookup = (name: string): string | undefined => ENV[name];

function outcome(word: string): string {
  try {
    return expandWord(word, lookup).text;
  } catch (error) {
    return `error: ${errorText(error)}`;
  }
}

test("a word expands as BuildKit expands it", () => {
  expect(Object.fromEntries(Object.keys(cases).map((word) => [word, outcome(word)]))).toEqual(cases);
});

test("a pattern that matches in countless ways is no slower than others", () => {
  const text = "a".repeat(20_000);
  const stars = "*a".repeat(30);
  const lookup = (): string => text;
  for (const form of [`\${x##${stars}b}`, `\${x#${stars}b}`, `\${x%%b${stars}}`, `\${x//${stars}b/y}`]) {
    expect(expandWord(form, lookup).text).toBe(text);
  }
  expect(expandWord(`\${x//${stars}/y}`, lookup).text).toBe("y");
});

test("a match is the first and longest, and none crosses a line", () => {
  const found = (value: string, form: string): string => expandWord(`\${x${form}}`, () => value).text;
  expect(found("xaybzb", "/a*b/-")).toBe("x-");
  expect(found("ab\nab", "//a*/-")).toBe("-\n-");
  expect(found("ab\nab", "//*/-")).toBe("-\n-");
  expect(found("aXbaYb", "#a*b")).toBe("aYb");
  expect(found("aXbaYb", "%a*b")).toBe("aXb");
  expect(found("", "//*/-")).toBe("-");
});

test("variables that double each other end in an error, not in all of the memory", () => {
  const value = "v".repeat(20 << 20);
  expect(() => expandWord("$x$x", () => value)).toThrow("longer than 32 million letters");
});
