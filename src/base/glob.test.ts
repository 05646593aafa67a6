import { expect, test } from "bun:test";
import { toPathPattern } from "./glob.ts";

test("a pattern matches as Go's path.Match does", () => {
  const facts: [pattern: string, name: string, matches: boolean][] = [
    ["debian*", "debian:12", true],
    ["*", "user/app:1", false],
    ["*/*", "user/app:1", true],
    ["deb?an", "debian", true],
    ["a?b", "a/b", false],
    ["a[a-c]d", "abd", true],
    ["a[^a-c]d", "abd", false],
    ["a[^a-c]d", "a/d", false],
    ["a\\*", "a*", true],
    ["a\\*", "ab", false],
    ["a.b", "axb", false],
    ["a[\\]]b", "a]b", true],
    ["a{1,2}", "aa", false],
  ];
  expect(facts.map(([pattern, name]) => toPathPattern(pattern).test(name))).toEqual(
    facts.map(([, , matches]) => matches),
  );
});

test("a malformed pattern is refused in Go's words", () => {
  for (const each of ["[", "[a", "[]a]", "a\\", "[-]", "[a-]"]) {
    expect(() => toPathPattern(each)).toThrow("syntax error in pattern");
  }
});

test("a pattern of many stars is matched in a moment, as one of few is", () => {
  const name = "a".repeat(250);
  expect(toPathPattern(`${"*a".repeat(30)}b`).test(name)).toBe(false);
  expect(toPathPattern("*a".repeat(30)).test(name)).toBe(true);
  expect(toPathPattern(`${"*".repeat(60)}b`).test(name)).toBe(false);
  expect(toPathPattern("*a?*b*c").test("xaaybzc")).toBe(true);
  expect(toPathPattern("*a/b*a*c").test("xa/bac")).toBe(true);
});
